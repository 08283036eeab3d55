/**
 * Why Slack would refuse blocks with `invalid_blocks`; null where it would not. Limits from
 * https://docs.slack.dev/reference/block-kit/blocks and the pages of each kind of block, element and text below it.
 */
export function blocksFault(blocks: unknown): string | null {
  if (!Array.isArray(blocks)) return 'blocks are a list';
  if (blocks.length > 50) return 'no more than 50 blocks';
  for (const block of blocks) {
    const judge = isObject(block) && typeof block.type === 'string' ? judges[block.type] : undefined;
    const fault = judge ? judge(block as Fields) : `no such block: ${JSON.stringify(block)}`;
    if (fault !== null) return fault;
  }
  // Its own limit on all of them, told as msg_blocks_too_long.
  return JSON.stringify(blocks).length > 16_000 ? 'blocks are too long together' : null;
}

type Fields = Record<string, unknown>;

const judges: Record<string, (block: Fields) => string | null> = {
  header: ({ text }) => textFault(text, 150, ['plain_text']),
  section({ text, fields }) {
    if (text === undefined && fields === undefined) return 'a section has text or fields';
    if (text !== undefined) return textFault(text, 3_000, both);
    if (!Array.isArray(fields) || fields.length === 0 || fields.length > 10) return '1 to 10 fields';
    return firstOf(fields.map((field) => textFault(field, 2_000, both)));
  },
  context({ elements }) {
    if (!Array.isArray(elements) || elements.length === 0 || elements.length > 10) return '1 to 10 elements';
    return firstOf(elements.map((element) => textFault(element, 3_000, both)));
  },
  actions({ elements }) {
    if (!Array.isArray(elements) || elements.length === 0 || elements.length > 25) return '1 to 25 elements';
    const ids = elements.map((element: Fields) => element.action_id);
    if (new Set(ids).size !== ids.length) return 'an action_id twice in a block';
    return firstOf(elements.map(buttonFault));
  },
};

const both = ['plain_text', 'mrkdwn'];

function buttonFault({ type, text, action_id, url, value, style }: Fields): string | null {
  if (type !== 'button') return 'only buttons are known here';
  if (typeof action_id !== 'string' || action_id === '' || action_id.length > 255) return 'action_id';
  if (url !== undefined && (typeof url !== 'string' || url.length > 3_000 || !URL.canParse(url)))
    return 'url';
  if (value !== undefined && (typeof value !== 'string' || value.length > 2_000)) return 'value';
  if (style !== undefined && style !== 'primary' && style !== 'danger') return 'style';
  return textFault(text, 75, ['plain_text']);
}

function textFault(text: unknown, longest: number, kinds: readonly string[]): string | null {
  if (!isObject(text) || typeof text.type !== 'string' || !kinds.includes(text.type)) return 'kind of text';
  if (typeof text.text !== 'string' || text.text === '') return 'a text is empty';
  if (text.text.length > longest) return `a text of more than ${longest} characters`;
  if (text.type === 'plain_text' && 'verbatim' in text) return 'verbatim is of mrkdwn alone';
  return text.type === 'mrkdwn' && 'emoji' in text ? 'emoji is of plain_text alone' : null;
}

function firstOf(faults: (string | null)[]): string | null {
  return faults.find((fault) => fault !== null) ?? null;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
