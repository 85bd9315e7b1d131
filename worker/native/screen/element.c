/*
 * xdamagesrc: the picture of an X display as a GStreamer source that sends a frame when something was drawn, and not on a clock of
 * its own. It converts to NV12 or I420 what has changed, and sends a picture that stands still again, ever more seldom.
 *
 * The name in GST_PLUGIN_DEFINE must be the one in the file's name, or GStreamer passes the plugin over in silence.
 */
#include <gst/base/gstpushsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "pacing.h"
#include "picture.h"
#include "screen.h"

#define DEFAULT_MAX_FPS 60

enum { PROP_NONE, PROP_DISPLAY_NAME, PROP_SHOW_POINTER, PROP_MAX_FPS, PROP_REFRESH };

#define XDAMAGE_TYPE_SRC (xdamage_src_get_type())
G_DECLARE_FINAL_TYPE(XDamageSrc, xdamage_src, XDAMAGE, SRC, GstPushSrc)

struct _XDamageSrc {
  GstPushSrc parent;
  /* Of the streaming thread, while it runs. */
  struct screen screen;
  struct pacing pacing;
  struct picture picture;
  gboolean open;
  /* Under the object's lock. */
  char *display_name;
  gboolean show_pointer;
  guint max_fps;
  gboolean refresh;
  gboolean flushing;
};

G_DEFINE_TYPE(XDamageSrc, xdamage_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("video/x-raw,format={NV12,I420},width=[2,32766],height=[2,32766],framerate=[0/1,2147483647/1],"
                    "colorimetry={bt709,bt601},pixel-aspect-ratio=1/1,interlace-mode=progressive"));

static gboolean start(GstBaseSrc *base) {
  XDamageSrc *self = XDAMAGE_SRC(base);
  const char *wrong = screen_open(&self->screen, self->display_name, self->show_pointer);
  if (wrong != NULL) {
    GST_ELEMENT_ERROR(self, RESOURCE, OPEN_READ, ("Could not open X display %s", self->display_name ? self->display_name : ""),
                      ("%s", wrong));
    screen_close(&self->screen);
    return FALSE;
  }
  self->open = TRUE;
  pacing_start(&self->pacing, g_get_monotonic_time() * 1000);
  return TRUE;
}

static gboolean stop(GstBaseSrc *base) {
  XDamageSrc *self = XDAMAGE_SRC(base);
  if (self->open) screen_close(&self->screen);
  self->open = FALSE;
  picture_clear(&self->picture);
  return TRUE;
}

static gboolean set_flushing(XDamageSrc *self, gboolean flushing) {
  GST_OBJECT_LOCK(self);
  self->flushing = flushing;
  if (self->open && flushing) screen_wake(&self->screen);
  GST_OBJECT_UNLOCK(self);
  return TRUE;
}

static gboolean unlock(GstBaseSrc *base) { return set_flushing(XDAMAGE_SRC(base), TRUE); }
static gboolean unlock_stop(GstBaseSrc *base) { return set_flushing(XDAMAGE_SRC(base), FALSE); }

static GstCaps *get_caps(GstBaseSrc *base, GstCaps *filter) {
  XDamageSrc *self = XDAMAGE_SRC(base);
  GstCaps *caps = gst_caps_make_writable(gst_pad_get_pad_template_caps(GST_BASE_SRC_PAD(base)));
  if (self->open) gst_caps_set_simple(caps, "width", G_TYPE_INT, self->screen.width, "height", G_TYPE_INT, self->screen.height, NULL);
  if (filter == NULL) return caps;
  GstCaps *common = gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(caps);
  return common;
}

static GstCaps *fixate(GstBaseSrc *base, GstCaps *caps) {
  caps = gst_caps_make_writable(caps);
  gst_structure_fixate_field_nearest_fraction(gst_caps_get_structure(caps, 0), "framerate", XDAMAGE_SRC(base)->max_fps, 1);
  return GST_BASE_SRC_CLASS(xdamage_src_parent_class)->fixate(base, caps);
}

/* Whatever has changed, be it the rate alone, the picture begins empty. */
static gboolean set_caps(GstBaseSrc *base, GstCaps *caps) {
  XDamageSrc *self = XDAMAGE_SRC(base);
  if (!picture_begin(&self->picture, caps)) return FALSE;
  screen_change_all(&self->screen);
  pacing_start(&self->pacing, g_get_monotonic_time() * 1000);
  return TRUE;
}

static GstClockTime running_time(XDamageSrc *self) {
  GstClock *clock = gst_element_get_clock(GST_ELEMENT(self));
  if (clock == NULL) return GST_CLOCK_TIME_NONE;
  GstClockTime now = gst_clock_get_time(clock);
  GstClockTime base = gst_element_get_base_time(GST_ELEMENT(self));
  gst_object_unref(clock);
  return now > base ? now - base : 0;
}

static GstFlowReturn send(XDamageSrc *self, GstClockTime at, GstBuffer **buffer) {
  *buffer = picture_frame(&self->picture, at);
  return GST_FLOW_OK;
}

static GstFlowReturn lost(XDamageSrc *self) {
  GST_ELEMENT_ERROR(self, RESOURCE, READ, ("The X display %s went away", self->display_name ? self->display_name : ""), (NULL));
  return GST_FLOW_ERROR;
}

/* What other threads have asked for meanwhile. */
static gboolean take_wishes(XDamageSrc *self, int64_t now, guint *max_fps) {
  GST_OBJECT_LOCK(self);
  gboolean flushing = self->flushing;
  if (self->refresh) pacing_refresh(&self->pacing, now);
  self->refresh = FALSE;
  *max_fps = self->max_fps;
  gboolean show_pointer = self->show_pointer;
  GST_OBJECT_UNLOCK(self);
  if (screen_show_cursor(&self->screen, show_pointer)) pacing_touch(&self->pacing);
  return !flushing;
}

static enum screen_state listen(XDamageSrc *self, int64_t now) {
  enum screen_state state = screen_listen(&self->screen);
  if (self->screen.changed_pixels > 0) pacing_damage(&self->pacing, now, self->screen.changed_pixels);
  self->screen.changed_pixels = 0;
  if (cursor_is_stale(&self->screen.cursor)) pacing_touch(&self->pacing);
  return state;
}

static GstFlowReturn create(GstPushSrc *base, GstBuffer **buffer) {
  XDamageSrc *self = XDAMAGE_SRC(base);
  for (;;) {
    int64_t now = g_get_monotonic_time() * 1000;
    guint max_fps;
    if (!take_wishes(self, now, &max_fps)) return GST_FLOW_FLUSHING;
    enum screen_state state = listen(self, now);
    if (state == SCREEN_LOST) return lost(self);
    if (state == SCREEN_RESIZED) {
      if (!gst_base_src_negotiate(GST_BASE_SRC(self))) return GST_FLOW_NOT_NEGOTIATED;
      pacing_start(&self->pacing, now);
      continue;
    }
    GstClockTime at = running_time(self);
    struct decision decision = pacing_decide(&self->pacing, now, max_fps);
    switch (decision.action) {
      case ACTION_CAPTURE:
        state = picture_update(&self->picture, &self->screen);
        if (state == SCREEN_LOST) return lost(self);
        if (state == SCREEN_RESIZED) continue;
        pacing_captured(&self->pacing, now, max_fps);
        return send(self, at, buffer);
      case ACTION_REPEAT:
        screen_glance(&self->screen);
        pacing_repeated(&self->pacing, now);
        return send(self, at, buffer);
      case ACTION_WAIT:
        screen_wait(&self->screen, decision.at);
    }
  }
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
  XDamageSrc *self = XDAMAGE_SRC(object);
  GST_OBJECT_LOCK(self);
  switch (id) {
    case PROP_DISPLAY_NAME:
      g_free(self->display_name);
      self->display_name = g_value_dup_string(value);
      break;
    case PROP_SHOW_POINTER:
      self->show_pointer = g_value_get_boolean(value);
      if (self->open) screen_wake(&self->screen);
      break;
    case PROP_MAX_FPS:
      self->max_fps = g_value_get_uint(value);
      break;
    case PROP_REFRESH:
      self->refresh = g_value_get_boolean(value);
      if (self->open) screen_wake(&self->screen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(self);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
  XDamageSrc *self = XDAMAGE_SRC(object);
  GST_OBJECT_LOCK(self);
  switch (id) {
    case PROP_DISPLAY_NAME:
      g_value_set_string(value, self->display_name);
      break;
    case PROP_SHOW_POINTER:
      g_value_set_boolean(value, self->show_pointer);
      break;
    case PROP_MAX_FPS:
      g_value_set_uint(value, self->max_fps);
      break;
    case PROP_REFRESH:
      g_value_set_boolean(value, self->refresh);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(self);
}

static void finalize(GObject *object) {
  g_free(XDAMAGE_SRC(object)->display_name);
  G_OBJECT_CLASS(xdamage_src_parent_class)->finalize(object);
}

static void xdamage_src_init(XDamageSrc *self) {
  self->show_pointer = TRUE;
  self->max_fps = DEFAULT_MAX_FPS;
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}

static void install_properties(GObjectClass *klass) {
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  g_object_class_install_property(
      klass, PROP_DISPLAY_NAME,
      g_param_spec_string("display-name", "Display", "The X display; that of the environment where there is none", NULL, flags));
  g_object_class_install_property(
      klass, PROP_SHOW_POINTER,
      g_param_spec_boolean("show-pointer", "Pointer", "Whether the pointer is drawn into the picture, also while it runs", TRUE, flags));
  g_object_class_install_property(
      klass, PROP_MAX_FPS,
      g_param_spec_uint("max-fps", "Frame rate", "The most frames in a second, also while it runs", 1, 1000, DEFAULT_MAX_FPS, flags));
  g_object_class_install_property(
      klass, PROP_REFRESH,
      g_param_spec_boolean("refresh", "Refresh", "Set to true: the picture is sent again at once, changed or not", FALSE, flags));
}

static void xdamage_src_class_init(XDamageSrcClass *klass) {
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  install_properties(object);

  GstElementClass *element = GST_ELEMENT_CLASS(klass);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "X display by damage", "Source/Video",
                                        "Captures an X display when something was drawn", "Farpane");

  GstBaseSrcClass *source = GST_BASE_SRC_CLASS(klass);
  source->start = start;
  source->stop = stop;
  source->unlock = unlock;
  source->unlock_stop = unlock_stop;
  source->get_caps = get_caps;
  source->fixate = fixate;
  source->set_caps = set_caps;
  GST_PUSH_SRC_CLASS(klass)->create = create;
}

static gboolean plugin_init(GstPlugin *plugin) {
  return gst_element_register(plugin, "xdamagesrc", GST_RANK_NONE, XDAMAGE_TYPE_SRC);
}

#define PACKAGE "farpane"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, xdamage, "Captures an X display when something was drawn", plugin_init,
                  "1.0", "Proprietary", "Farpane", "https://example.invalid")
