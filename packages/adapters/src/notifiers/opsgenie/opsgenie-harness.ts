import { type Answer, type LocalReceiver, type SeenRequest, startReceiver } from '../receiver-harness.ts';

/*
 * The Alert API as https://docs.opsgenie.com/docs/alert-api and .../response describe it. What is valid is answered 202 whether an alert of
 * that alias is open or not, and worked off after the answer: until then its status is 404 (opsgenie-python-sdk#31), then whether it succeeded.
 * Responders are added if they are there (support.atlassian.com/opsgenie/docs/who-are-alert-responders): for a team that is not, an alert is
 * opened that calls nobody.
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
  teams: Set<string>;
  /** Whether the integration may read configurations. */
  mayReadTeams: boolean;
  /** Requests are taken and wait. */
  isSlow: boolean;
  /** Why no alert is opened though the request is taken; null where one is. */
  opensNone: string | null;
}

const limits: Record<string, number> = {
  ...{ message: 130, alias: 512, description: 15_000, entity: 512, source: 100, user: 100, note: 25_000 },
};

export async function startOpsgenie(apiKey: string): Promise<LocalOpsgenie> {
  const [alerts, calls]: [LocalAlert[], string[]] = [[], []];
  const worked = new Map<string, object>();
  let requests = 0;
  const openOf = (alias: string) => alerts.find((alert) => alert.alias === alias && alert.state !== 'closed');

  const receiver = await startReceiver((request) => {
    const { pathname, searchParams } = new URL(request.path, 'http://localhost');
    if (request.method === 'GET') return read(pathname, searchParams, request);
    const [, alias, action] = /^\/v2\/alerts(?:\/([^/]+)\/(acknowledge|close|notes))?$/.exec(pathname) ?? [];
    if (!/^\/v2\/alerts(\/|$)/.test(pathname) || request.method !== 'POST') return said(404, 'Not found');
    const wrong = wrongIn(request, apiKey, action ?? 'create');
    if (wrong !== null) return wrong;
    if (action !== undefined && (alias === undefined || searchParams.get('identifierType') !== 'alias'))
      return said(422, 'Alert id is not valid');
    requests += 1;
    const requestId = `r-${requests}`;
    // What it answered arrives first.
    if (!local.isSlow)
      setImmediate(() =>
        worked.set(
          requestId,
          action === undefined
            ? create(request.body)
            : change(decodeURIComponent(alias ?? ''), action, request.body.note),
        ),
      );
    return { status: 202, json: { result: 'Request will be processed', took: 0.1, requestId } };
  });

  function read(pathname: string, searchParams: URLSearchParams, { headers }: SeenRequest): Answer {
    if (headers.authorization !== `GenieKey ${apiKey}`) return said(401, 'Could not authenticate');
    const [, id] = /^\/v2\/alerts\/requests\/([^/]+)$/.exec(pathname) ?? [];
    if (id !== undefined) {
      const data = worked.get(id);
      return data
        ? { status: 200, json: { data, took: 0.1, requestId: 'r-0' } }
        : said(404, 'Request not found');
    }
    const [, team] = /^\/v2\/teams\/([^/]+)$/.exec(pathname) ?? [];
    if (team === undefined) return { status: 404, json: { error: 'Not Found' } };
    if (!local.mayReadTeams) return said(403, 'You are not authorized to access configurations');
    const isThere =
      searchParams.get('identifierType') === 'name' && local.teams.has(decodeURIComponent(team));
    return isThere ? { status: 200, json: { data: { id: '1', name: team } } } : said(404, 'Team not found');
  }

  function create({ alias, message, responders = [] }: LocalCreate): object {
    if (local.opensNone !== null) return { ...done('Create', ''), isSuccess: false, status: local.opensNone };
    const open = openOf(alias);
    if (open) open.count += 1;
    else {
      alerts.push({ alias, message, count: 1, state: 'open', notes: [] });
      if (responders.every(({ name }) => local.teams.has(name))) calls.push(message);
    }
    return done('Create', alias);
  }

  function change(alias: string, action: string, note: string | undefined): object {
    const open = openOf(alias);
    if (!open) return { ...done(action, ''), isSuccess: false, status: 'Alert does not exist' };
    if (action === 'acknowledge') open.state = 'acknowledged';
    if (action === 'close') open.state = 'closed';
    if (note !== undefined) open.notes.push(note);
    return done(action, alias);
  }

  const local: LocalOpsgenie = Object.assign(receiver, {
    ...{ alerts, calls, teams: new Set(['Shop team', 'a b', 'a-b']) },
    ...{ mayReadTeams: true, isSlow: false, opensNone: null },
  });
  return local;
}

interface LocalCreate {
  alias: string;
  message: string;
  responders?: { name: string }[];
}

function done(action: string, alertId: string): object {
  return { action, isSuccess: true, status: `${action} done`, alertId };
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
