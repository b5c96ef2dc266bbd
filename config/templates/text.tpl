{{! What is wrong, then what to do. }}
{{#DIGEST}}
{{SUMMARY}}

{{/DIGEST}}
{{#PART}}
{{#DIGEST}}
== {{HEADING}} ==

{{/DIGEST}}
{{#ITEM}}
{{#DIGEST}}
{{NUMBER}}. {{HEADLINE}}
{{/DIGEST}}
{{#SINGLE}}
{{HEADLINE}}

{{/SINGLE}}
{{#TO_DO}}
{{LABEL}}{{TEXT}}
{{/TO_DO}}
{{#LINKS}}
{{#LINK}}
{{LABEL}} {{URL}}
{{/LINK}}
{{/LINKS}}

{{/ITEM}}
{{/PART}}
{{! Why. }}
-- {{EVIDENCE}} --
{{#PART}}
{{#ITEM}}
{{#DIGEST}}
{{NUMBER}}. {{TAG}}
{{/DIGEST}}
{{#REASON}}
{{LABEL}}{{TEXT}}
{{/REASON}}
{{#DIGEST}}

{{/DIGEST}}
{{/ITEM}}
{{/PART}}
{{#FOOTER}}
{{LABEL}}{{TEXT}}
{{/FOOTER}}
