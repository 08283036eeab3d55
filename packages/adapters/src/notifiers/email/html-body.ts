import type { Message } from '@lastgood/domain/notification/message';

/*
 * Tables and styles on the elements, as mail clients lay out no more than that. It says that it can be light and dark; a client that
 * turns colours by itself finds a border and words that carry the meaning, never a colour alone. No picture, no font and no script: nothing
 * is loaded, so no opening is told to anybody.
 */

const colours: Record<Message['tone'], string> = {
  act: '#c62828',
  'under-way': '#b26a00',
  done: '#2e7d32',
  plain: '#607080',
};

const font = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
/** A name without a space would make all of it wider than a phone. */
const breaks = 'word-break:break-word;overflow-wrap:anywhere';

const dark = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.page{background-color:#14171a!important}.card{background-color:#1e2328!important;border-color:#3a424a!important}.strong{color:#f2f4f6!important}.text{color:#d5dade!important}.quiet{color:#a3adb6!important}.line{border-color:#3a424a!important}}`;

export function htmlBody(message: Message): string {
  const { stage, tone, title, text, facts } = message;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escaped(stage)}</title><style>${dark}</style></head>
<body class="page" style="margin:0;padding:0;background-color:#f2f4f6">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f4f6"><tr><td align="center" style="padding:16px">
<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;background-color:#ffffff;border:1px solid #d5dade;border-left:6px solid ${colours[tone]}!important">
<tr><td style="padding:20px 24px;${font};${breaks}">
<p class="quiet" style="margin:0 0 4px;font-size:13px;line-height:18px;color:#5b6670">${escaped(message.where)}</p>
<p class="strong" style="margin:0 0 12px;font-size:13px;line-height:18px;font-weight:bold;color:#1b2126">${escaped(stage)}</p>
<h1 class="strong" style="margin:0 0 12px;font-size:20px;line-height:26px;font-weight:bold;color:#1b2126">${escaped(title)}</h1>
<p class="text" style="margin:0 0 16px;font-size:15px;line-height:22px;color:#30383f">${escaped(text)}</p>
${factsTable(facts)}${planList(message)}${linkButton(message)}</td></tr></table>
</td></tr></table></body></html>
`;
}

function factsTable(facts: Message['facts']): string {
  if (facts.length === 0) return '';
  const line =
    'border-top:1px solid #e3e7ea;padding:6px 0;font-size:14px;line-height:20px;vertical-align:top;text-align:left';
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><th scope="row" class="quiet line" width="96" style="${line};padding-right:12px;font-weight:normal;color:#5b6670">${escaped(name)}</th><td class="strong line" style="${line};${breaks};color:#1b2126">${escaped(value)}</td></tr>\n`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;border-collapse:collapse;${font}">\n${rows.join('')}</table>\n`;
}

function planList({ plan, labels }: Message): string {
  if (plan.length === 0) return '';
  const steps = plan
    .map((step) => `<p style="margin:0 0 4px;padding-left:18px;text-indent:-18px">${escaped(step)}</p>`)
    .join('');
  return `<p class="quiet" style="margin:0 0 4px;font-size:14px;line-height:20px;color:#5b6670">${escaped(labels.plan)}</p>
<div class="text" style="margin:0 0 16px;font-size:14px;line-height:20px;color:#30383f">${steps}</div>
`;
}

function linkButton({ link, labels }: Message): string {
  if (link === null) return '';
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td style="background-color:#1f5fbf;border-radius:4px;padding:10px 18px"><a href="${escaped(link)}" style="color:#ffffff;${font};font-size:15px;font-weight:bold;text-decoration:none">${escaped(labels.open)}</a></td></tr></table>
`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '<br>\n',
};

function escaped(text: string): string {
  return text.replace(/[&<>"'\n]/g, (found) => entities[found] ?? found);
}
