import type { SlackMessage } from '@lastgood/testkit/servers/slack-server';
import { drawnPage, html } from './drawn-page.ts';

/*
 * A drawing of our own, not Slack's: blocks as https://docs.slack.dev/reference/block-kit/blocks describes them, laid out as Slack's clients
 * lay them out. What is between angle brackets is a link or a mention, as it would be for Slack.
 */

const style = `
.channel{background:#fff;border:1px solid #ddd;border-radius:8px;padding:16px 20px}.message{position:relative;padding-left:48px}
.message::before{content:"L";position:absolute;left:0;top:2px;width:36px;height:36px;border-radius:6px;background:#1f5fbf;color:#fff;font:bold 20px/36px Arial;text-align:center}
.who{font-weight:900}.who small{font-weight:400;color:#616061;margin-left:6px;font-size:12px}.app{background:#eee;border-radius:2px;font-size:10px;padding:1px 3px;color:#616061;margin-left:4px}
.thread{font-size:13px}.thread .header{font-size:15px}.thread .message{margin-top:14px}.count{color:#1264a3;font-size:13px;font-weight:700;margin:10px 0 0 48px}
.header{font-size:18px;font-weight:900;margin:6px 0}.context{font-size:13px;color:#616061;margin:2px 0}.section{margin:8px 0;white-space:pre-wrap}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px;margin:8px 0;white-space:pre-wrap}.actions{display:flex;gap:8px;margin:10px 0 4px}
.button{border:1px solid #bbb;border-radius:4px;padding:5px 12px;font-weight:700;font-size:14px}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
.circle{display:inline-block;width:12px;height:12px;border-radius:50%;vertical-align:-1px}.link{color:#1264a3}.mention{background:#fff3c4;color:#1264a3}`;

/** A channel as it looks: each message with how much is in its thread, and what of a thread is said to all. */
export function slackChannel(messages: readonly SlackMessage[]): string {
  const drawn = messages.map((one) => {
    if (one.broadcast) return `<div class="count">replied to a thread</div>${messageOf(one)}`;
    if (one.thread_ts !== null) return '';
    const replies = repliesTo(one, messages).length;
    return `${messageOf(one)}<div class="count">${replies === 1 ? '1 reply' : `${replies} replies`}</div>`;
  });
  return drawnPage('Slack', `<div class="channel">${drawn.join('')}</div>`, { style });
}

/** The thread of each message, opened. */
export function slackThread(messages: readonly SlackMessage[]): string {
  const heads = messages.filter(({ thread_ts }) => thread_ts === null);
  const drawn = heads.flatMap((head) => repliesTo(head, messages).map(messageOf));
  const body = `<div class="channel"><div class="count">Thread</div><div class="thread">${drawn.join('')}</div></div>`;
  return drawnPage('Slack', body, { style });
}

function repliesTo({ ts }: SlackMessage, messages: readonly SlackMessage[]): SlackMessage[] {
  return messages.filter(({ thread_ts }) => thread_ts === ts);
}

function messageOf({ blocks, edits }: SlackMessage): string {
  const edited = edits > 0 ? '<small>(edited)</small>' : '';
  return `<div class="message"><div class="who">Lastgood<span class="app">APP</span>${edited}</div>${blocks.map(drawnBlock).join('')}</div>`;
}

// biome-ignore lint/suspicious/noExplicitAny: a block as it came, which the server has judged
function drawnBlock(block: any): string {
  switch (block.type) {
    case 'header':
      return `<div class="header">${drawnText(block.text)}</div>`;
    case 'context':
      return `<div class="context">${block.elements.map(drawnText).join(' ')}</div>`;
    case 'section':
      return block.fields
        ? `<div class="fields">${block.fields.map((field: Text) => `<div>${drawnText(field)}</div>`).join('')}</div>`
        : `<div class="section">${drawnText(block.text)}</div>`;
    case 'actions':
      return `<div class="actions">${block.elements.map(drawnButton).join('')}</div>`;
    default:
      throw new Error(`cannot draw ${block.type}`);
  }
}

interface Text {
  type: string;
  text: string;
}

function drawnButton({ text, style: look = '' }: { text: Text; style?: string }): string {
  return `<span class="button ${html(look)}">${drawnText(text)}</span>`;
}

const circles: Record<string, string> = {
  ...{ red_circle: '#dd2e44', large_orange_circle: '#f4900c' },
  ...{ large_green_circle: '#78b159', white_circle: '#d0d4d8' },
};

function drawnText({ type, text }: Text): string {
  if (type === 'plain_text') return html(text);
  return text
    .split(/(<[^<>]*>)/)
    .map((part) => (/^<.*>$/s.test(part) ? bracketed(part.slice(1, -1)) : formatted(part)))
    .join('');
}

function bracketed(inside: string): string {
  const [to = '', words = to] = inside.split('|');
  return `<span class="${/^[@!#]/.test(to) ? 'mention' : 'link'}">${html(words)}</span>`;
}

/** `&amp;`, `&lt;` and `&gt;` are as they are in HTML. */
function formatted(text: string): string {
  return text
    .replace(/"/g, '&quot;')
    .replace(/(^|[^\p{L}\p{N}])\*([^*\n]+)\*(?![\p{L}\p{N}])/gu, '$1<b>$2</b>')
    .replace(/(^|[^\p{L}\p{N}])_([^_\n]+)_(?![\p{L}\p{N}])/gu, '$1<i>$2</i>')
    .replace(/:([a-z_]+):/g, (whole, name: string) =>
      Object.hasOwn(circles, name)
        ? `<span class="circle" style="background:${circles[name]}"></span>`
        : whole,
    );
}
