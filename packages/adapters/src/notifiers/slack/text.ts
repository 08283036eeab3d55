/** What Slack would take for a mention, a link or a channel is shown as it is written: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Escaped, and cut so that what is escaped still fits. */
export function escapedWithin(text: string, longest: number): string {
  const whole = escaped(text);
  if (whole.length <= longest) return whole;
  // Half an entity would show as it is written.
  return `${whole.slice(0, longest - 1).replace(/(&[a-z]{0,3}|[\ud800-\udbff])$/, '')}…`;
}
