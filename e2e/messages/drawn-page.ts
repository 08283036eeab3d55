const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(text: string): string {
  return text.replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

/** A page around what is drawn, with nothing of the outside in it. @param width of what is drawn, in pixels */
export function drawnPage(title: string, body: string, { style = '', width = 680 } = {}): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${html(title)}</title>
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>*{box-sizing:border-box}body{margin:0;background:#eef0f2;font:15px/1.46 "Helvetica Neue",Helvetica,Arial,sans-serif;color:#1d1c1d;overflow-wrap:anywhere}
#drawn{width:${width}px;padding:16px;background:#eef0f2}pre{white-space:pre-wrap;margin:0}${style}</style></head>
<body><main id="drawn">${body}</main></body></html>`;
}
