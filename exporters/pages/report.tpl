<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{TITLE}}</title>
</head>
<body style="margin:0;padding:0;font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;font-size:16px;line-height:1.55;color-scheme:light dark">
<div style="max-width:640px;margin:0 auto;padding:16px;overflow-wrap:anywhere;word-break:break-word">
<p style="margin:0;font-size:13px;opacity:.8">{{SOURCE}}</p>
<h1 style="margin:4px 0 12px;font-size:20px;line-height:1.35">{{TITLE}}</h1>
{{#GREETING}}
<p style="margin:0 0 6px">{{TEXT}}</p>
{{/GREETING}}
<p style="margin:0 0 14px;padding:2px 0 2px 12px;border-left:4px solid #1565c0;font-size:18px;line-height:1.5">{{SUMMARY}}</p>
{{#TALLY}}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed;text-align:center"><tr>
{{#STANDING}}
<td style="padding:2px"><div style="padding:6px 0;border-radius:6px;background-color:{{COLOUR}};color:#ffffff"><b style="font-size:22px;line-height:1.2">{{COUNT}}</b><br><span style="font-size:12px;white-space:nowrap">{{SIGN}} {{NAME}}</span></div></td>
{{/STANDING}}
</tr></table>
{{/TALLY}}
{{#SECTION}}
<h2 style="margin:28px 0 8px;padding-bottom:4px;border-bottom:2px solid {{COLOUR}};font-size:18px;line-height:1.4">{{#SIGNED}}<span style="padding:0 7px;border-radius:3px;background-color:{{COLOUR}};color:#ffffff">{{SIGN}}</span> {{/SIGNED}}{{HEADING}}{{#COUNTED}} <span style="font-size:14px;font-weight:normal;opacity:.8">{{TEXT}}</span>{{/COUNTED}}</h2>
{{#LEAD}}
<p style="margin:6px 0;font-size:14px">{{TEXT}}</p>
{{/LEAD}}
{{#CHART}}
<p style="margin:10px 0"><img src="cid:{{ID}}" alt="{{ALT}}" width="{{WIDTH}}" style="display:block;width:100%;max-width:{{WIDTH}}px;height:auto"></p>
{{/CHART}}
{{#ITEM}}
<div style="margin:10px 0 14px;padding-left:10px;border-left:4px solid {{COLOUR}}">
{{#PLAIN}}
<p style="margin:0">{{#MARKED}}<b>{{MARK}}</b> {{/MARKED}}{{NAME}}</p>
{{/PLAIN}}
{{#HEADED}}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td><b>{{#MARKED}}{{MARK}} {{/MARKED}}{{NAME}}</b></td>{{#ASIDE}}<td align="right" valign="top" style="padding-left:10px;font-size:14px;line-height:25px;white-space:nowrap">{{TEXT}}</td>{{/ASIDE}}</tr></table>
{{/HEADED}}
{{#FACTS}}
<table role="presentation" width="100%" cellpadding="1" cellspacing="0" style="table-layout:fixed;margin:3px 0 1px -1px;font-size:15px;line-height:1.35">
{{#ROW}}
<tr valign="top">
{{#FACT}}
<td><small style="opacity:.75">{{LABEL}}</small><br>{{TEXT}}</td>
{{/FACT}}
</tr>
{{/ROW}}
</table>
{{/FACTS}}
{{#PICTURE}}
<img src="cid:{{ID}}" alt="{{ALT}}" width="{{WIDTH}}" style="display:block;width:100%;max-width:{{WIDTH}}px;height:auto;margin:4px 0">
{{/PICTURE}}
{{#LINE}}
<p style="margin:2px 0;font-size:14px;opacity:.85">{{#LABELLED}}{{LABEL}}：{{/LABELLED}}{{TEXT}}</p>
{{/LINE}}
{{#PERSON}}
<p style="margin:8px 0 2px">{{#TELEPHONE}}<a href="tel:{{#INTERNATIONAL}}+{{/INTERNATIONAL}}{{DIGITS}}" style="display:inline-block;padding:7px 14px;border-radius:4px;background-color:#1565c0;color:#ffffff;text-decoration:none">电话 {{NAME}} {{NUMBER}}</a>{{/TELEPHONE}}{{#SILENT}}{{NAME}}{{/SILENT}}{{#MAIL}} <a href="mailto:{{ADDRESS}}" style="display:inline-block;padding:7px 0;font-size:14px">{{ADDRESS}}</a>{{/MAIL}}</p>
{{/PERSON}}
</div>
{{/ITEM}}
{{#TABLE}}
<table width="100%" cellpadding="4" cellspacing="0" style="border-collapse:collapse;font-size:14px;line-height:1.4">
<tr valign="bottom" style="font-size:12px">
{{#HEAD}}
{{#NAME}}<th align="left">{{TEXT}}</th>{{/NAME}}{{#NUMBER}}<th align="right">{{TEXT}}</th>{{/NUMBER}}
{{/HEAD}}
</tr>
{{#ROW}}
<tr style="border-top:1px solid #b0b0b0;white-space:nowrap">
{{#CELL}}
{{#NAME}}<td style="white-space:normal">{{TEXT}}</td>{{/NAME}}{{#NUMBER}}<td align="right">{{TEXT}}</td>{{/NUMBER}}
{{/CELL}}
</tr>
{{/ROW}}
</table>
{{/TABLE}}
{{#MORE}}
<p style="margin:8px 0;font-size:14px;font-weight:bold">{{TEXT}}</p>
{{/MORE}}
{{/SECTION}}
{{#SIGNATURE}}
<p style="margin:20px 0 0;text-align:right">
{{#LINE}}
{{TEXT}}<br>
{{/LINE}}
</p>
{{/SIGNATURE}}
<div style="margin-top:32px;padding-top:8px;border-top:1px solid #9e9e9e;font-size:13px;opacity:.8">
{{#FOOTER}}
<p style="margin:2px 0">{{TEXT}}</p>
{{/FOOTER}}
</div>
</div>
</body>
</html>
