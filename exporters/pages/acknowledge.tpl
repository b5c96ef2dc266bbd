<!DOCTYPE html>
<html lang="{{LANGUAGE}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{{TITLE}}</title>
{{! The policy allows this style sheet by its hash, and nothing else. }}
<style>
:root { color-scheme: light dark; --line: #9e9e9e; --act: #1565c0; --tag: #1565c0; }
.warning { --tag: #d84315; }
.critical { --tag: #c62828; }
body { margin: 0; font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
main { max-width: 640px; margin: 0 auto; padding: 20px 16px 32px; }
h1 { margin: 8px 0 12px; font-size: 20px; line-height: 1.45; }
p { margin: 6px 0; }
.from { font-size: 14px; opacity: .8; }
.tag { display: inline-block; margin-top: 12px; padding: 1px 8px; border-radius: 3px; background: var(--tag); color: #fff; font-size: 14px; }
dl { margin: 12px 0; }
dt { font-size: 14px; opacity: .8; }
dd { margin: 0 0 8px; }
.note { margin: 12px 0; padding: 8px 12px; border-left: 4px solid var(--line); }
.problem { border-color: #c62828; }
form { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); }
fieldset { margin: 0; padding: 0; border: 0; }
legend, .label { padding: 0; font-weight: bold; }
.choice { display: block; margin: 8px 0; padding: 10px 12px; border: 1px solid var(--line); border-radius: 6px; }
.choice input { margin: 0 8px 0 0; }
.choice small { display: block; margin-left: 24px; font-size: 14px; opacity: .8; }
textarea { box-sizing: border-box; width: 100%; margin: 6px 0 16px; padding: 8px; border: 1px solid var(--line); border-radius: 6px; font: inherit; }
summary { padding: 8px 0; }
details { margin-top: 16px; border-top: 1px solid var(--line); font-size: 14px; }
button { width: 100%; padding: 12px; border: 0; border-radius: 6px; background: var(--act); color: #fff; font: inherit; font-size: 18px; }
</style>
</head>
<body>
<main>
{{#FROM}}
<p class="from">{{TEXT}}</p>
{{/FROM}}
{{#CRITICAL}}
<div class="critical"><span class="tag">{{TEXT}}</span></div>
{{/CRITICAL}}
{{#WARNING}}
<div class="warning"><span class="tag">{{TEXT}}</span></div>
{{/WARNING}}
{{#INFO}}
<div><span class="tag">{{TEXT}}</span></div>
{{/INFO}}
<h1>{{HEADING}}</h1>
{{#PARAGRAPH}}
<p>{{TEXT}}</p>
{{/PARAGRAPH}}
{{#LINES}}
<dl>
{{#LINE}}
<dt>{{LABEL}}</dt><dd>{{TEXT}}</dd>
{{/LINE}}
</dl>
{{/LINES}}
{{#NOTE}}
<p class="note">{{TEXT}}</p>
{{/NOTE}}
{{#PROBLEM}}
<p class="note problem" role="alert">{{TEXT}}</p>
{{/PROBLEM}}
{{#FORM}}
<form method="post">
<fieldset>
<legend>{{REST_QUESTION}}</legend>
{{#FIRST}}
<label class="choice"><input type="radio" name="rest" value="{{VALUE}}" checked required>{{TEXT}}<small>{{UNTIL}}</small></label>
{{/FIRST}}
{{#CHOICE}}
<label class="choice"><input type="radio" name="rest" value="{{VALUE}}" required>{{TEXT}}<small>{{UNTIL}}</small></label>
{{/CHOICE}}
</fieldset>
<label class="label" for="comment">{{COMMENT_LABEL}}</label>
<textarea id="comment" name="comment" rows="3" maxlength="600" placeholder="{{COMMENT_EXAMPLE}}"></textarea>
<button type="submit">{{BUTTON}}</button>
<p class="from">{{CAUTION}}</p>
</form>
{{/FORM}}
{{#EVIDENCE}}
<details>
<summary>{{EVIDENCE_HEADING}}</summary>
<dl>
{{#LINE}}
<dt>{{LABEL}}</dt><dd>{{TEXT}}</dd>
{{/LINE}}
</dl>
</details>
{{/EVIDENCE}}
</main>
</body>
</html>
