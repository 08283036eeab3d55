import { type Answer, type LocalReceiver, type SeenRequest, startReceiver } from '../receiver-harness.ts';

/*
 * The Alert API as https://docs.opsgenie.com/docs/alert-api and .../response describe it. What is valid is answered 202 whether an alert of
 * that alias is open or not; what comes of it is asynchronous at the real one and done at once here.
 */

export interface LocalAlert {
  alias: string;
  message: string;
  count: number;
  state: 'open' | 'acknowledged' | 'closed';
  notes: string[];
}

export interface LocalOpsgenie extends LocalReceiver {
  alerts: LocalAlert[];
  /** Messages for which somebody was called. */
  calls: string[];
}

const limits: Record<string, number> = {
  ...{ message: 130, alias: 512, description: 15_000, entity: 512, source: 100, user: 100, note: 25_000 },
};

export async function startOpsgenie(apiKey: string): Promise<LocalOpsgenie> {
  const [alerts, calls]: [LocalAlert[], string[]] = [[], []];
  const openOf = (alias: string) => alerts.find((alert) => alert.alias === alias && alert.state !== 'closed');

  const receiver = await startReceiver((request) => {
    const { pathname, searchParams } = new URL(request.path, 'http://localhost');
    const [, alias, action] = /^\/v2\/alerts(?:\/([^/]+)\/(acknowledge|close|notes))?$/.exec(pathname) ?? [];
    if (!/^\/v2\/alerts(\/|$)/.test(pathname) || request.method !== 'POST') return said(404, 'Not found');
    const wrong = wrongIn(request, apiKey, action ?? 'create');
    if (wrong !== null) return wrong;
    if (action === undefined) create(request.body);
    else if (alias === undefined || searchParams.get('identifierType') !== 'alias')
      return said(422, 'Alert id is not valid');
    else change(decodeURIComponent(alias), action, request.body.note);
    return { status: 202, json: { result: 'Request will be processed', took: 0.1, requestId: 'r-1' } };
  });

  function create({ alias, message }: { alias: string; message: string }): void {
    const open = openOf(alias);
    if (open) open.count += 1;
    else {
      alerts.push({ alias, message, count: 1, state: 'open', notes: [] });
      calls.push(message);
    }
  }

  function change(alias: string, action: string, note: string | undefined): void {
    const open = openOf(alias);
    if (!open) return;
    if (action === 'acknowledge') open.state = 'acknowledged';
    if (action === 'close') open.state = 'closed';
    if (note !== undefined) open.notes.push(note);
  }

  return Object.assign(receiver, { alerts, calls });
}

function said(status: number, message: string, errors?: Record<string, string>): Answer {
  return { status, json: { message, ...(errors ? { errors } : {}), took: 0, requestId: 'r-0' } };
}

function wrongIn({ headers, body }: SeenRequest, apiKey: string, action: string): Answer | null {
  if (headers.authorization !== `GenieKey ${apiKey}`) return said(401, 'Could not authenticate');
  if (!headers['content-type']?.startsWith('application/json'))
    return said(415, 'Request body format is not supported');
  const { details = {}, tags = [], priority = 'P3', responders = [] } = body;
  const long = Object.entries(limits).find(([name, most]) => (body[name]?.length ?? 0) > most);
  const detailed = Object.entries(details).flat().join('').length;
  const errors: [boolean, string, string][] = [
    [long !== undefined, String(long?.[0]), `can not be longer than ${long?.[1]} characters.`],
    [action === 'create' && !body.message, 'message', 'Message can not be empty.'],
    [action === 'notes' && !body.note, 'note', 'Note can not be empty.'],
    [tags.length > 20 || tags.some((tag: string) => tag.length > 50), 'tags', 'Too many or too long.'],
    [detailed > 8_000, 'details', 'Too long.'],
    [Object.values(details).some((value) => typeof value !== 'string'), 'details', 'Must be texts.'],
    [!/^P[1-5]$/.test(priority), 'priority', 'Must be P1 to P5.'],
    [responders.some(({ type, name }: Record<string, string>) => !type || !name), 'responders', 'Not valid.'],
  ];
  const found = errors.filter(([isWrong]) => isWrong).map(([, name, words]) => [name, words]);
  if (found.length === 0) return null;
  return said(422, 'Request body is not processable. Please check the errors.', Object.fromEntries(found));
}
