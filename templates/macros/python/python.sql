{#
  Python that is put behind the code of a Python model: functions `ref` and `source` over names resolved here, the
  configs that the model reads, and the object `dbt` that the model is called with.
#}

{% macro resolve_model_name(input_model_name) %}
  {%- do return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) -%}
{% endmacro %}

{%- macro default__resolve_model_name(input_model_name) -%}
  {{ input_model_name | string | replace('"', '\"') }}
{%- endmacro -%}


{# A project's own `ref` may give a text; a relation is rendered without the limits of --empty and --sample. #}
{% macro build_ref_function(model) %}
{%- set relations = {} -%}
{%- for reference in model.refs -%}
  {%- set names = [reference['package'], reference['name']] if reference.get('package') else [reference['name']] -%}
  {%- set version = reference.get('version') -%}
  {%- set relation = ref(*names, v=version) -%}
  {%- set text = relation.render() if relation.render is defined and relation.render is callable else relation -%}
  {%- set key = names | join('.') ~ ('.v' ~ version if version else '') -%}
  {%- do relations.update({key: resolve_model_name(text)}) -%}
{%- endfor %}
def ref(*names, **options):
    relations = {{ relations | tojson }}
    version = options.get("v") or options.get("version")
    key = ".".join(names) + (f".v{version}" if version else "")
    return options["dbt_load_df_function"](relations[key])
{% endmacro %}


{% macro build_source_function(model) %}
{%- set relations = {} -%}
{%- for names in model.sources -%}
  {%- do relations.update({names | join('.'): resolve_model_name(source(*names))}) -%}
{%- endfor %}
def source(*names, dbt_load_df_function):
    relations = {{ relations | tojson }}
    return dbt_load_df_function(relations[".".join(names)])
{% endmacro %}


{% macro build_config_dict(model) %}
{%- set config_dict, meta_dict = {}, {} -%}
{%- for key, default in zip(model.config.config_keys_used, model.config.config_keys_defaults) | list -%}
  {%- do config_dict.update({key: model.config.get(key, default)}) -%}
{%- endfor -%}
{%- if model.config.meta_keys_used -%}
  {%- for key, default in zip(model.config.meta_keys_used, model.config.meta_keys_defaults) | list -%}
    {%- do meta_dict.update({key: (model.config.meta or {}).get(key, default)}) -%}
  {%- endfor -%}
{%- endif %}
config_dict = {{ config_dict }}
meta_dict = {{ meta_dict }}
{% endmacro %}


{% macro py_script_postfix(model) %}
# The code above is the model's own; what follows gives it its inputs.
# COMMAND ----------
{{ build_ref_function(model) }}
{{ build_source_function(model) }}
{{ build_config_dict(model) }}

class config:
    def __init__(self, *args, **kwargs):
        pass

    @staticmethod
    def get(key, default=None):
        return config_dict.get(key, default)

    @staticmethod
    def meta_get(key, default=None):
        return meta_dict.get(key, default)


class this:
    database = "{{ this.database }}"
    schema = "{{ this.schema }}"
    identifier = "{{ this.identifier }}"

    def __repr__(self):
        return '{{ resolve_model_name(this) }}'


class dbtObj:
    def __init__(self, load_df_function) -> None:
        self.source = lambda *names: source(*names, dbt_load_df_function=load_df_function)
        self.ref = lambda *names, **options: ref(*names, **options, dbt_load_df_function=load_df_function)
        self.config = config
        self.this = this()
        self.is_incremental = {{ is_incremental() }}

# COMMAND ----------
{{ py_script_comment() }}
{% endmacro %}


{# For adapters: notes on running the script by hand. #}
{% macro py_script_comment() %}
{% endmacro %}
