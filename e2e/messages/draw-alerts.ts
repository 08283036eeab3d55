import { drawnPage, html } from './drawn-page.ts';

/** What a receiver shows of what it was sent, of whatever kind: a drawing of our own, part by part. */
export interface DrawnAlert {
  /** "PagerDuty: trigger" */
  receiver: string;
  badge: string;
  tone: 'act' | 'under-way' | 'done' | 'plain';
  title: string;
  tags?: readonly string[];
  text?: string;
  rows?: readonly (readonly [string, string])[];
  links?: readonly string[];
}

const style = `
.alert{background:#fff;border:1px solid #d5dade;border-left:6px solid #607080;border-radius:4px;padding:14px 18px;margin-bottom:12px}.alert:last-child{margin:0}
.act{border-left-color:#c62828}.under-way{border-left-color:#b26a00}.done{border-left-color:#2e7d32}
.receiver{font-size:13px;color:#5b6670}.badge{float:right;border:1px solid currentColor;border-radius:10px;padding:0 8px;font-size:12px}
h1{font-size:17px;line-height:1.35;margin:6px 0 8px}.tag{display:inline-block;background:#eef0f2;border-radius:3px;padding:1px 6px;margin:0 4px 4px 0;font-size:13px}
table{border-collapse:collapse;width:100%;font-size:14px;margin:8px 0}th{font-weight:400;color:#5b6670;text-align:left;vertical-align:top;width:120px}th,td{border-top:1px solid #e3e7ea;padding:4px 8px 4px 0;white-space:pre-wrap}
.text{white-space:pre-wrap;font-size:14px}.link{color:#1264a3;font-size:14px}`;

export function alertsPage(alerts: readonly DrawnAlert[]): string {
  return drawnPage(alerts[0]?.receiver ?? 'Nothing', alerts.map(drawnAlert).join(''), { style });
}

function drawnAlert({
  receiver,
  badge,
  tone,
  title,
  tags = [],
  text,
  rows = [],
  links = [],
}: DrawnAlert): string {
  const table = rows
    .map(([name, value]) => `<tr><th>${html(name)}</th><td>${html(value)}</td></tr>`)
    .join('');
  return `<div class="alert ${tone}"><span class="badge">${html(badge)}</span><div class="receiver">${html(receiver)}</div><h1>${html(title)}</h1>
${tags.map((tag) => `<span class="tag">${html(tag)}</span>`).join('')}${text === undefined ? '' : `<div class="text">${html(text)}</div>`}
${table === '' ? '' : `<table>${table}</table>`}${links.map((link) => `<div class="link">${html(link)}</div>`).join('')}</div>`;
}

export function textPage(title: string, text: string): string {
  const looks =
    '.text{background:#fff;border:1px solid #d5dade;padding:16px;font:13px/1.5 "DejaVu Sans Mono",monospace}';
  return drawnPage(title, `<pre class="text">${html(text)}</pre>`, { style: looks });
}
