import { plainLine } from '@lastgood/domain/notification/plain-text';
import type { Press, PressReading } from '@lastgood/domain/notification/press';
import { parseStrictJson } from '../../../http/strict-json.ts';
import { isRecord } from '../answer.ts';
import { rollbackAction, undoAction } from './actions.ts';

const acts: Record<string, Press['act']> = { [rollbackAction]: 'rollback', [undoAction]: 'undo' };

/** In characters; longer ones are nobody's. */
const longest = { id: 800, name: 60, user: 40, time: 40 };

/**
 * What a signed body says: `payload=` and JSON, of which the buttons of a message are `block_actions`. A button that only opens an
 * address is told of too.
 * https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
export function readPress(body: Uint8Array, mayAnswer: (url: string) => boolean): PressReading {
  const payload = payloadOf(body);
  if (payload?.type !== 'block_actions' || !Array.isArray(payload.actions)) return { kind: 'nothing' };
  const user = isRecord(payload.user) ? payload.user : {};
  const action = payload.actions.find((one) => isRecord(one) && act(one) !== null);
  const userId = short(user.id, longest.user);
  if (!isRecord(action) || userId === null) return { kind: 'nothing' };
  const [kind, about, time] = [
    act(action),
    short(action.value, longest.id),
    short(action.action_ts, longest.time),
  ];
  if (kind === null || about === null || time === null) return { kind: 'nothing' };
  const url = payload.response_url;
  const press: Press = {
    ...{ id: [time, userId, kind, about].join('/'), act: kind, about },
    by: signed(userId, user),
    answerTo: typeof url === 'string' && mayAnswer(url) ? url : null,
  };
  return { kind: 'press', press };
}

function act({ action_id }: Record<string, unknown>): Press['act'] | null {
  return typeof action_id === 'string' && Object.hasOwn(acts, action_id) ? (acts[action_id] ?? null) : null;
}

function signed(id: string, user: Record<string, unknown>): string {
  const given = [user.username, user.name].find((name) => typeof name === 'string' && name !== '');
  const name =
    typeof given === 'string' ? plainLine(given.replace(/\p{C}/gu, '')).slice(0, longest.name) : '';
  return `${name || id} (${name === '' ? 'Slack' : `${id}, Slack`})`;
}

function short(value: unknown, atMost: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= atMost && !/\p{C}/u.test(value)
    ? value
    : null;
}

/** Null where it is none, or there are two: another reader would take the other one. */
function payloadOf(body: Uint8Array): Record<string, unknown> | null {
  const [payload, ...others] = new URLSearchParams(Buffer.from(body).toString('utf8')).getAll('payload');
  if (payload === undefined || others.length > 0) return null;
  const read = parseStrictJson(Buffer.from(payload));
  return read.kind === 'json' && isRecord(read.value) ? read.value : null;
}
