/*
 * The RTP header extension "playout delay" as a GStreamer plugin: it tells the receiver how long it may hold a frame back
 * before it is shown. With 0/0 a browser's jitter buffer adds 0.3 ms instead of 7 to 10.
 * http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |  ID   | len=2 |   minimum, 10 ms      |   maximum, 10 ms      |
 *
 * A payloader takes it up by itself when its caps name it: extmap-5=(string)http://www.webrtc.org/...
 * The delays are properties; as nobody holds an element that a payloader makes, their defaults come from
 * PLAYOUT_DELAY_MIN_MS and PLAYOUT_DELAY_MAX_MS in the environment, and are 0 without them.
 *
 * gcc -shared -fPIC -O2 -Wall -Wextra -o libgstplayoutdelay.so playout-delay.c \
 *   $(pkg-config --cflags --libs gstreamer-1.0 gstreamer-rtp-1.0)
 *
 * The name in GST_PLUGIN_DEFINE must be the one in the file's name, or GStreamer passes the plugin over in silence.
 */
#include <gst/gst.h>
#include <gst/rtp/rtp.h>
#include <stdlib.h>

#define EXTENSION_URI "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
#define EXTENSION_BYTES 3
/* Twelve bits of 10 ms each. */
#define UNIT_MS 10
#define MAX_DELAY_MS (0xfff * UNIT_MS)

enum { PROP_NONE, PROP_MIN_DELAY_MS, PROP_MAX_DELAY_MS };

#define PLAYOUT_TYPE_DELAY (playout_delay_get_type())
G_DECLARE_FINAL_TYPE(PlayoutDelay, playout_delay, PLAYOUT, DELAY, GstRTPHeaderExtension)

struct _PlayoutDelay {
  GstRTPHeaderExtension parent;
  guint min_delay_ms;
  guint max_delay_ms;
};

G_DEFINE_TYPE(PlayoutDelay, playout_delay, GST_TYPE_RTP_HEADER_EXTENSION)

static GstRTPHeaderExtensionFlags get_supported_flags(GstRTPHeaderExtension *extension) {
  (void)extension;
  return GST_RTP_HEADER_EXTENSION_ONE_BYTE | GST_RTP_HEADER_EXTENSION_TWO_BYTE;
}

static gsize get_max_size(GstRTPHeaderExtension *extension, const GstBuffer *buffer) {
  (void)extension;
  (void)buffer;
  return EXTENSION_BYTES;
}

static gssize write_extension(GstRTPHeaderExtension *extension, const GstBuffer *input, GstRTPHeaderExtensionFlags flags,
                              GstBuffer *output, guint8 *data, gsize size) {
  (void)input;
  (void)flags;
  (void)output;
  if (size < EXTENSION_BYTES) return -1;
  PlayoutDelay *self = PLAYOUT_DELAY(extension);
  guint32 value = (self->min_delay_ms / UNIT_MS) << 12 | (self->max_delay_ms / UNIT_MS);
  data[0] = value >> 16;
  data[1] = value >> 8;
  data[2] = value;
  return EXTENSION_BYTES;
}

/* A depayloader asks for this; only the sending side is needed here. */
static gboolean read_extension(GstRTPHeaderExtension *extension, GstRTPHeaderExtensionFlags flags, const guint8 *data,
                               gsize size, GstBuffer *buffer) {
  (void)extension;
  (void)flags;
  (void)data;
  (void)buffer;
  return size >= EXTENSION_BYTES;
}

static gboolean set_non_rtp_sink_caps(GstRTPHeaderExtension *extension, const GstCaps *caps) {
  (void)extension;
  (void)caps;
  return TRUE;
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
  PlayoutDelay *self = PLAYOUT_DELAY(object);
  switch (id) {
    case PROP_MIN_DELAY_MS:
      self->min_delay_ms = g_value_get_uint(value);
      break;
    case PROP_MAX_DELAY_MS:
      self->max_delay_ms = g_value_get_uint(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
  PlayoutDelay *self = PLAYOUT_DELAY(object);
  switch (id) {
    case PROP_MIN_DELAY_MS:
      g_value_set_uint(value, self->min_delay_ms);
      break;
    case PROP_MAX_DELAY_MS:
      g_value_set_uint(value, self->max_delay_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static guint delay_from_environment(const char *name) {
  const char *text = getenv(name);
  long value = text == NULL ? 0 : strtol(text, NULL, 10);
  return CLAMP(value, 0, MAX_DELAY_MS);
}

static void playout_delay_init(PlayoutDelay *self) {
  self->min_delay_ms = delay_from_environment("PLAYOUT_DELAY_MIN_MS");
  self->max_delay_ms = delay_from_environment("PLAYOUT_DELAY_MAX_MS");
}

static void playout_delay_class_init(PlayoutDelayClass *klass) {
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  g_object_class_install_property(object_class, PROP_MIN_DELAY_MS,
                                  g_param_spec_uint("min-delay-ms", "Minimum", "Least delay before a frame is shown, ms", 0,
                                                    MAX_DELAY_MS, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property(object_class, PROP_MAX_DELAY_MS,
                                  g_param_spec_uint("max-delay-ms", "Maximum", "Most delay before a frame is shown, ms", 0,
                                                    MAX_DELAY_MS, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  GstRTPHeaderExtensionClass *extension_class = GST_RTP_HEADER_EXTENSION_CLASS(klass);
  extension_class->get_supported_flags = get_supported_flags;
  extension_class->get_max_size = get_max_size;
  extension_class->write = write_extension;
  extension_class->read = read_extension;
  extension_class->set_non_rtp_sink_caps = set_non_rtp_sink_caps;
  gst_rtp_header_extension_class_set_uri(extension_class, EXTENSION_URI);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Playout delay", GST_RTP_HDREXT_ELEMENT_CLASS,
                                        "Tells the receiver how long a frame may be held back", "Farpane");
}

static gboolean plugin_init(GstPlugin *plugin) {
  return gst_element_register(plugin, "rtphdrextplayoutdelay", GST_RANK_MARGINAL, PLAYOUT_TYPE_DELAY);
}

#define PACKAGE "farpane"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, playoutdelay, "RTP header extension playout delay", plugin_init, "1.0",
                  "Proprietary", "Farpane", "https://example.invalid")
