import type { Known } from './slot.ts';

/** What of the fleet can be pointed at now, read from the API itself. */
export type KnownNames = Record<Known, readonly string[]>;

interface Page {
  items: { id: string }[];
  next: string | null;
}

export async function readKnownNames(url: string): Promise<KnownNames> {
  const read = async (path: string) => (await (await fetch(`${url}/api/v1${path}`)).json()) as Page;
  const [deployments, runs, services] = [
    await read('/deployments?limit=50'),
    await read('/runs?limit=50'),
    await read('/services?limit=1'),
  ];
  const { items: events } = (await (await fetch(`${url}/api/v1/events?limit=100`)).json()) as Page;
  const holds: string[] = [];
  for (const name of ['web', 'api', 'mail']) {
    const answer = await fetch(`${url}/api/v1/services/main/shop/${name}`);
    const view = (await answer.json()) as { holds?: { id: string }[] };
    holds.push(...(view.holds ?? []).map(({ id }) => id));
  }
  const idsOf = ({ items }: Page) => items.map(({ id }) => id);
  const cursors = [deployments, runs, services].flatMap(({ next }) => (next === null ? [] : [next]));
  const newest = events.at(0);
  return {
    deployment: idsOf(deployments),
    run: idsOf(runs),
    hold: holds,
    cluster: ['main'],
    namespace: ['shop'],
    service: ['web', 'api', 'mail', 'none'],
    'trigger-set': ['default', 'fuzzed', 'none'],
    'service-key': ['main/shop/web', 'main/shop/api', 'main/shop/mail'],
    cursor: newest ? [...cursors, Buffer.from(String(newest.id)).toString('base64url')] : cursors,
  };
}

/** The text with every `{{kind:index}}` filled in. */
export function filledIn(text: string, names: KnownNames): string {
  return text.replace(/\{\{([\w-]+):(\d+)\}\}/g, (_all, kind: Known, index: string) => {
    const all = names[kind];
    return all[Number(index) % Math.max(1, all.length)] ?? 'nothing';
  });
}
