{{! Markdown as WeCom, DingTalk and Feishu read it; every line is a row that no split tears apart. }}
{{#DIGEST}}
**{{SUMMARY}}**
{{/DIGEST}}
{{#PART}}
{{#DIGEST}}
### {{HEADING}}
{{/DIGEST}}
{{#ITEM}}
{{#DIGEST}}
**{{NUMBER}}. {{HEADLINE}}**
{{/DIGEST}}
{{#SINGLE}}
**{{HEADLINE}}**
{{/SINGLE}}
{{#TO_DO}}
- {{LABEL}}{{TEXT}}
{{/TO_DO}}
{{#LINKS}}
{{#LINK}}
- [{{LABEL}}]({{URL}})
{{/LINK}}
{{/LINKS}}
{{#SINGLE}}
{{#REASON}}
> {{LABEL}}{{TEXT}}
{{/REASON}}
{{/SINGLE}}
{{/ITEM}}
{{/PART}}
{{#FOOTER}}
> {{LABEL}}{{TEXT}}
{{/FOOTER}}
