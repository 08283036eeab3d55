/** What Slack would take for a mention, a link or a channel is shown as it is written: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** No longer than so many characters, with an ellipsis where something is left out; never half a character. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Escaped, and cut so that what is escaped still fits. */
export function escapedWithin(text: string, longest: number): string {
  const whole = escaped(text);
  if (whole.length <= longest) return whole;
  // Half an entity would show as it is written.
  return `${whole.slice(0, longest - 1).replace(/(&[a-z]{0,3}|[\ud800-\udbff])$/, '')}…`;
}

/** Without line breaks and what no screen shows. */
export function inOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Line breaks stay; other control characters do not. */
export function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, ' ').trim();
}
