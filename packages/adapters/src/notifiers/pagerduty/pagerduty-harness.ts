import { type Answer, type LocalReceiver, type SeenRequest, startReceiver } from '../receiver-harness.ts';

/*
 * The Events API v2 as its documentation describes it: https://developer.pagerduty.com/docs/events-api-v2/overview/ and
 * .../trigger-events/ and .../send-change-events/. What refuses an event is checked at once (400, `invalid event`); what an event comes
 * to is asynchronous at the real one and done at once here.
 */

export interface LocalAlert {
  key: string;
  dedupKey: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  summaries: string[];
}

export interface LocalPagerDuty extends LocalReceiver {
  alerts: LocalAlert[];
  /** Summaries for which somebody was called. */
  calls: string[];
  changes: { summary: string }[];
}

export async function startPagerDuty(keys: readonly string[]): Promise<LocalPagerDuty> {
  const [alerts, calls, changes]: [LocalAlert[], string[], { summary: string }[]] = [[], [], []];
  const receiver = await startReceiver((request) => {
    const errors = wrongIn(request, keys);
    if (errors === null) return { status: 404, json: { message: 'Not Found' } };
    if (errors.length > 0)
      return {
        status: 400,
        json: { status: 'invalid event', message: 'Event object is invalid', errors },
      };
    if (request.path === '/v2/change/enqueue') changes.push(request.body.payload);
    else process(request.body);
    return accepted(request);
  });

  // biome-ignore lint/suspicious/noExplicitAny: an event
  function process({ routing_key: key, event_action: action, dedup_key: dedupKey, payload }: any): void {
    const open = alerts.find(
      (each) => each.key === key && each.dedupKey === dedupKey && each.state !== 'resolved',
    );
    if (action === 'trigger') {
      if (open) open.summaries.push(payload.summary);
      else {
        alerts.push({ key, dedupKey, state: 'triggered', summaries: [payload.summary] });
        calls.push(payload.summary);
      }
    } else if (open) open.state = action === 'resolve' ? 'resolved' : 'acknowledged';
  }

  return Object.assign(receiver, { alerts, calls, changes });
}

function accepted({ path, body }: SeenRequest): Answer {
  const json = { status: 'success', message: 'Event processed', dedup_key: body.dedup_key };
  const change = { status: 'success', message: 'Change event processed' };
  return { status: 202, json: path === '/v2/enqueue' ? json : change };
}

/** Null where there is no such address. */
function wrongIn(
  { method, path, body, bytes, headers }: SeenRequest,
  keys: readonly string[],
): string[] | null {
  const isChange = path === '/v2/change/enqueue';
  if (method !== 'POST' || (path !== '/v2/enqueue' && !isChange)) return null;
  const { routing_key: key, payload, dedup_key: dedupKey, event_action: action } = body;
  const wrong: [boolean, string][] = [
    [!headers['content-type']?.startsWith('application/json'), 'Content type is not JSON'],
    [bytes > 512 * 1024, 'Event is too large'],
    [key?.length !== 32, "Length of 'routing_key' is incorrect (should be 32 characters)"],
    [!keys.includes(key), 'Invalid routing key'],
    [(dedupKey?.length ?? 0) > 255, "'dedup_key' is too long (maximum is 255 characters)"],
    [(payload?.summary?.length ?? 0) > 1_024, "'payload.summary' is too long (maximum is 1024 characters)"],
    [(body.links ?? []).some(({ href }: { href?: string }) => !href), "'links' needs 'href'"],
    [isChange && !payload?.summary, "'payload.summary' is missing or blank"],
    [!isChange && !['trigger', 'acknowledge', 'resolve'].includes(action), "'event_action' is invalid"],
    [!isChange && action !== 'trigger' && !dedupKey, "'dedup_key' is missing"],
    [!isChange && action === 'trigger' && !isWhole(payload), "'payload' is missing or invalid"],
  ];
  return wrong.filter(([isWrong]) => isWrong).map(([, words]) => words);
}

// biome-ignore lint/suspicious/noExplicitAny: an event's payload
function isWhole(payload: any): boolean {
  const severities = ['critical', 'error', 'warning', 'info'];
  return Boolean(payload?.summary && payload.source && severities.includes(payload.severity));
}
