/*
 * propertytext: sets a property of another element of its pipeline from text, as gst-launch does before the pipeline runs. For properties
 * that a program can only set with a value of GStreamer's own types, such as a structure, and whose language has none.
 *
 *   propertytext name=texts              in the pipeline; it has no pads
 *   set = "encoder extra-controls controls,video_bitrate=2000000"
 *
 * What names no element of the pipeline, or no property of it, does nothing but warn.
 *
 * The name in GST_PLUGIN_DEFINE must be the one in the file's name, or GStreamer passes the plugin over in silence.
 */
#include <gst/gst.h>

enum { PROP_NONE, PROP_SET };

#define PROPERTY_TYPE_TEXT (property_text_get_type())
G_DECLARE_FINAL_TYPE(PropertyText, property_text, PROPERTY, TEXT, GstElement)

struct _PropertyText {
  GstElement parent;
};

G_DEFINE_TYPE(PropertyText, property_text, GST_TYPE_ELEMENT)

static GstElement *sibling(PropertyText *self, const char *name) {
  GstObject *pipeline = gst_object_get_parent(GST_OBJECT(self));
  if (pipeline == NULL) return NULL;
  GstElement *found = GST_IS_BIN(pipeline) ? gst_bin_get_by_name(GST_BIN(pipeline), name) : NULL;
  gst_object_unref(pipeline);
  return found;
}

static void set_text(PropertyText *self, const char *order) {
  char **words = g_strsplit(order == NULL ? "" : order, " ", 3);
  GstElement *element = g_strv_length(words) == 3 ? sibling(self, words[0]) : NULL;
  if (element != NULL && g_object_class_find_property(G_OBJECT_GET_CLASS(element), words[1]) != NULL)
    gst_util_set_object_arg(G_OBJECT(element), words[1], words[2]);
  else
    GST_WARNING_OBJECT(self, "nothing to set: %s", order);
  if (element != NULL) gst_object_unref(element);
  g_strfreev(words);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
  if (id == PROP_SET) set_text(PROPERTY_TEXT(object), g_value_get_string(value));
  else G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void property_text_init(PropertyText *self) { (void)self; }

static void property_text_class_init(PropertyTextClass *klass) {
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->set_property = set_property;
  g_object_class_install_property(object, PROP_SET,
                                  g_param_spec_string("set", "Set", "An element's name, a property, and its value as text", NULL,
                                                      G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Properties from text", "Generic",
                                        "Sets properties of other elements from text", "Farpane");
}

static gboolean plugin_init(GstPlugin *plugin) {
  return gst_element_register(plugin, "propertytext", GST_RANK_NONE, PROPERTY_TYPE_TEXT);
}

#define PACKAGE "farpane"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, propertytext, "Sets properties of other elements from text", plugin_init, "1.0",
                  "Proprietary", "Farpane", "https://example.invalid")
