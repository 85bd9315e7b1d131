/*
 * A tracer of GStreamer's for the bench `glass`: when each frame passes the elements that are named source, encoder and payloader, and
 * when its last packet has left through the one named sink. One line a frame and element in the file that GLASS_TRACE names, times in
 * nanoseconds of CLOCK_REALTIME:
 *
 *   source TIME FRAME CAPTURED      FRAME: its running time, the same in each element; CAPTURED: when the picture was taken
 *   encoder TIME FRAME
 *   payloader TIME FRAME RTP        RTP: the timestamp in the packets
 *   sink TIME RTP
 *
 * GST_TRACERS=glass GLASS_TRACE=FILE
 * The name in GST_PLUGIN_DEFINE must be the one in the file's name, or GStreamer passes the plugin over in silence.
 */
#define GST_USE_UNSTABLE_API
#include <gst/gst.h>
#include <gst/gsttracer.h>
#include <gst/rtp/rtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GLASS_TYPE_TRACER (glass_tracer_get_type())
G_DECLARE_FINAL_TYPE(GlassTracer, glass_tracer, GLASS, TRACER, GstTracer)

struct _GlassTracer {
  GstTracer parent;
  FILE *file;
};

G_DEFINE_TYPE(GlassTracer, glass_tracer, GST_TYPE_TRACER)

static gint64 now_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * G_GINT64_CONSTANT(1000000000) + now.tv_nsec;
}

static gboolean rtp_of(GstBuffer *buffer, guint *timestamp, gboolean *last) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp)) return FALSE;
  *timestamp = gst_rtp_buffer_get_timestamp(&rtp);
  *last = gst_rtp_buffer_get_marker(&rtp);
  gst_rtp_buffer_unmap(&rtp);
  return TRUE;
}

static gboolean is_named(GstObject *object, const char *name) { return object != NULL && strcmp(GST_OBJECT_NAME(object), name) == 0; }

/* The one time that a frame keeps: encoders give others to their frames. */
static GstClockTime running_time_of(GstPad *pad, GstBuffer *buffer) {
  GstEvent *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  if (event == NULL) return GST_CLOCK_TIME_NONE;
  const GstSegment *segment;
  gst_event_parse_segment(event, &segment);
  GstClockTime time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  gst_event_unref(event);
  return time;
}

static void note_frame(GlassTracer *self, GstPad *pad, GstBuffer *buffer) {
  gint64 now = now_of(CLOCK_REALTIME);
  GstObject *element = GST_OBJECT_PARENT(pad);
  GstClockTime at = running_time_of(pad, buffer);
  guint timestamp;
  gboolean last;
  if (is_named(element, "source")) {
    gint64 captured = at + gst_element_get_base_time(GST_ELEMENT(element)) + now - now_of(CLOCK_MONOTONIC);
    fprintf(self->file, "source %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", now, at, captured);
  } else if (is_named(element, "encoder")) {
    fprintf(self->file, "encoder %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "\n", now, at);
  } else if (is_named(element, "payloader") && rtp_of(buffer, &timestamp, &last) && last) {
    fprintf(self->file, "payloader %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %u\n", now, at, timestamp);
  }
}

static GstBuffer *last_of(GstBufferList *list) { return gst_buffer_list_get(list, gst_buffer_list_length(list) - 1); }

static void before_push(GlassTracer *self, guint64 ts, GstPad *pad, GstBuffer *buffer) {
  (void)ts;
  note_frame(self, pad, buffer);
}

static void before_list(GlassTracer *self, guint64 ts, GstPad *pad, GstBufferList *list) {
  (void)ts;
  if (gst_buffer_list_length(list) > 0) note_frame(self, pad, last_of(list));
}

/* A buffer belongs to whom it was pushed to: what must be known of it later is kept from before, by thread. */
static _Thread_local guint leaving;
static _Thread_local gboolean is_leaving;

static gboolean goes_out(GstPad *pad) {
  GstPad *peer = GST_PAD_PEER(pad);
  return peer != NULL && is_named(GST_OBJECT_PARENT(peer), "sink") && is_named(GST_OBJECT_PARENT(pad), "both");
}

static void before_leaving(GlassTracer *self, guint64 ts, GstPad *pad, GstBuffer *buffer) {
  before_push(self, ts, pad, buffer);
  if (goes_out(pad) && (!rtp_of(buffer, &leaving, &is_leaving))) is_leaving = FALSE;
}

static void before_list_leaving(GlassTracer *self, guint64 ts, GstPad *pad, GstBufferList *list) {
  before_list(self, ts, pad, list);
  if (goes_out(pad) && gst_buffer_list_length(list) > 0 && !rtp_of(last_of(list), &leaving, &is_leaving)) is_leaving = FALSE;
}

static void after_push(GlassTracer *self, guint64 ts, GstPad *pad, GstFlowReturn result) {
  (void)ts;
  (void)result;
  if (!is_leaving || !goes_out(pad)) return;
  is_leaving = FALSE;
  fprintf(self->file, "sink %" G_GINT64_FORMAT " %u\n", now_of(CLOCK_REALTIME), leaving);
}

static void glass_tracer_init(GlassTracer *self) {
  const char *name = getenv("GLASS_TRACE");
  self->file = name == NULL ? NULL : fopen(name, "a");
  if (self->file == NULL) return;
  /* Its process may be killed at any time. */
  setvbuf(self->file, NULL, _IOLBF, 1 << 16);
  GstTracer *tracer = GST_TRACER(self);
  gst_tracing_register_hook(tracer, "pad-push-pre", G_CALLBACK(before_leaving));
  gst_tracing_register_hook(tracer, "pad-push-list-pre", G_CALLBACK(before_list_leaving));
  gst_tracing_register_hook(tracer, "pad-push-post", G_CALLBACK(after_push));
  gst_tracing_register_hook(tracer, "pad-push-list-post", G_CALLBACK(after_push));
}

static void glass_tracer_class_init(GlassTracerClass *klass) { (void)klass; }

static gboolean plugin_init(GstPlugin *plugin) { return gst_tracer_register(plugin, "glass", GLASS_TYPE_TRACER); }

#define PACKAGE "farpane"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, glasstracer, "Where frames are when", plugin_init, "1.0", "Proprietary",
                  "Farpane", "https://example.invalid")
