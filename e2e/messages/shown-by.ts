import type { SeenRequest } from '@lastgood/adapters/notifiers/receiver-harness';
import type { DrawnAlert } from './draw-alerts.ts';

/* What each receiver shows of what it was sent, after its own pages: its title, how urgent it is, its parts and its links. */

/** An event of the incident, or a change beside it. Of what acknowledges or resolves an alert PagerDuty need show no part. */
export function shownByPagerDuty({ body }: SeenRequest): DrawnAlert {
  const { payload, links = [], event_action: action = 'change' } = body;
  const { severity, source, component, group, class: kind, custom_details: details } = payload;
  const common = {
    receiver: action === 'change' ? 'PagerDuty, recent change' : `PagerDuty, event ${action}`,
    badge: action === 'trigger' ? severity : action,
    tone: toneOf[action] ?? 'plain',
    title: payload.summary,
  };
  if (action === 'acknowledge' || action === 'resolve') return common;
  const about = Object.entries({ source, component, group, class: kind }).filter(([, value]) => value);
  return {
    ...common,
    tags: about.map(([name, value]) => `${name}: ${value}`),
    rows: Object.entries(details).map(([name, value]) => [name, [value].flat().join('\n')] as const),
    links: links.map(({ text, href }: { text: string; href: string }) => `${text} (${href})`),
  };
}

const toneOf: Record<string, DrawnAlert['tone']> = {
  ...{ trigger: 'act', acknowledge: 'under-way', resolve: 'done', close: 'done' },
};

/** An alert, or a note in one. */
export function shownByOpsgenie({ path, body }: SeenRequest): DrawnAlert {
  const action = /\/(acknowledge|close|notes)(?:\?|$)/.exec(path)?.[1];
  if (action) {
    const [title = '', ...text] = body.note.split('\n');
    const common = { receiver: `Opsgenie, alert: ${action}`, badge: 'note', title, text: text.join('\n') };
    return { ...common, tone: toneOf[action] ?? 'plain' };
  }
  return {
    receiver: 'Opsgenie, alert: create',
    ...{ badge: body.priority, tone: 'act', title: body.message, tags: body.tags, text: body.description },
    rows: Object.entries(body.details as Record<string, string>),
  };
}

/** Each alert of a request: those that go, those that come. Of one that goes it is told that it is resolved, and why. @param at when it came */
export function shownByAlertmanager({ body }: SeenRequest, at: number): DrawnAlert[] {
  return body.map(({ labels, annotations, endsAt, generatorURL }: PostedAlert): DrawnAlert => {
    const isOver = Date.parse(endsAt) <= at;
    const { summary = '', ...rest } = annotations;
    return {
      receiver: `Alertmanager, ${labels.alertname}`,
      badge: isOver ? 'resolved' : `firing, ${labels.severity}`,
      tone: isOver ? 'done' : labels.severity === 'critical' ? 'act' : 'under-way',
      title: summary,
      ...(isOver
        ? {}
        : {
            tags: Object.entries(labels).map(([name, value]) => `${name}=${value}`),
            rows: Object.entries(rest),
            links: generatorURL ? [generatorURL] : [],
          }),
    };
  });
}

interface PostedAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}

/** Lines beside a commit, and deployments with their states. */
export function shownBesideCommit(host: 'GitHub' | 'GitLab', requests: readonly SeenRequest[]): DrawnAlert[] {
  const environments = requests.flatMap(({ body }) => body.environment ?? []);
  return requests.flatMap(({ path, body }) => {
    const { state, context, name, description, target_url, log_url } = body;
    // It stands in the list with the states that follow.
    if (state === undefined) return [];
    const isDeployment = path.includes('/deployments');
    const commit = /\/statuses\/([0-9a-f]{7})/.exec(path)?.[1];
    return {
      receiver: isDeployment ? `${host}, deployment` : `${host}, status of commit ${commit}`,
      ...{ badge: state, tone: tones.find(([pattern]) => pattern.test(state))?.[1] ?? 'plain' },
      title: isDeployment ? environments[0] : (context ?? name),
      text: description,
      links: [target_url ?? log_url],
    };
  });
}

const tones: [RegExp, DrawnAlert['tone']][] = [
  [/success/, 'done'],
  [/fail|error/, 'act'],
  [/pending|running|in_progress/, 'under-way'],
];
