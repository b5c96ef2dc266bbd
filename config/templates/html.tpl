<!DOCTYPE html>
<html lang="{{LANGUAGE}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{{! Mail readers drop style sheets: styles stand in the elements. No colour of text or ground is set, so a dark mode keeps its own. }}
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{SUBJECT}}</title>
</head>
<body style="margin:0;padding:0;font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;font-size:16px;line-height:1.6;color-scheme:light dark">
<div style="max-width:640px;margin:0 auto;padding:16px;overflow-wrap:anywhere;word-break:break-word">
{{#DIGEST}}
<p style="margin:0 0 4px;font-size:20px;font-weight:bold">{{SUMMARY}}</p>
{{/DIGEST}}
{{#PART}}
{{#DIGEST}}
<p style="margin:24px 0 0;padding-bottom:4px;border-bottom:1px solid #9e9e9e;font-weight:bold">{{HEADING}} · {{COUNT}}</p>
{{/DIGEST}}
{{#ITEM}}
<div style="margin:12px 0 20px;padding:0 0 0 12px;border-left:5px solid {{COLOUR}}">
<span style="padding:1px 8px;border-radius:3px;background-color:{{COLOUR}};color:#ffffff;font-size:13px;white-space:nowrap">{{TAG}}</span>
{{#DIGEST}}
<p style="margin:6px 0 8px;font-weight:bold">{{NUMBER}}. {{HEADLINE}}</p>
{{/DIGEST}}
{{#SINGLE}}
<p style="margin:6px 0 12px;font-size:19px;font-weight:bold;line-height:1.45">{{HEADLINE}}</p>
{{/SINGLE}}
<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:15px">
{{#TO_DO}}
<tr><td style="padding:2px 6px 2px 0;white-space:nowrap;vertical-align:top">{{LABEL}}</td><td style="padding:2px 0;vertical-align:top">{{TEXT}}</td></tr>
{{/TO_DO}}
</table>
{{#LINKS}}
<p style="margin:12px 0 0">
{{#LINK}}
<a href="{{URL}}" style="display:inline-block;margin:0 8px 8px 0;padding:6px 14px;border-radius:4px;background-color:#1565c0;color:#ffffff;font-size:15px;text-decoration:none">{{LABEL}}</a>
{{/LINK}}
</p>
{{/LINKS}}
</div>
{{/ITEM}}
{{/PART}}
<p style="margin:28px 0 4px;padding-bottom:4px;border-bottom:1px solid #9e9e9e;font-size:14px;font-weight:bold">{{EVIDENCE}}</p>
{{#PART}}
{{#ITEM}}
<div style="margin:8px 0 12px;font-size:13px;opacity:0.85">
{{#DIGEST}}
<p style="margin:0;font-weight:bold">{{NUMBER}}. {{TAG}}</p>
{{/DIGEST}}
{{#REASON}}
<p style="margin:2px 0">{{LABEL}}{{TEXT}}</p>
{{/REASON}}
</div>
{{/ITEM}}
{{/PART}}
<div style="margin:16px 0 0;padding-top:8px;border-top:1px solid #9e9e9e;font-size:13px;opacity:0.85">
{{#FOOTER}}
<p style="margin:2px 0">{{LABEL}}{{TEXT}}</p>
{{/FOOTER}}
</div>
</div>
</body>
</html>
