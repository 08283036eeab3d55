import type { FailingGroup, NowView, NowViewRunsItem, WatchRow } from '@lastgood/api-client';
import { runMeaning } from '../meaning/meaning.ts';
import { isActive } from '../run/is-active.ts';
import { worstFirst } from '../service/matching-services.ts';

/** Who acts next; the sections of the page in their order. */
export type Place = 'you' | 'lastgood' | 'nobody';

export type NowCard =
  | { kind: 'group'; key: string; place: Place; group: FailingGroup; rows: WatchRow[] }
  | { kind: 'run'; key: string; place: Place; item: NowViewRunsItem }
  | { kind: 'row'; key: string; place: Place; row: WatchRow };

export interface NowCards {
  /** What needs somebody or is at work, by who acts next: what nobody handles stands above work in hand. */
  cards: NowCard[];
  /** Under watch with nothing to do: one line each. */
  calm: WatchRow[];
  /** Runs that are over and well, newest first. */
  over: NowViewRunsItem[];
}

const order = { you: 0, lastgood: 1, nobody: 2 } satisfies Record<Place, number>;

/** Sorts what the server says into the sections of the page. Services that fail together are one card. */
export function nowCards(view: NowView): NowCards {
  const rows = [...view.attention, ...view.watched].filter(isItsOwnCard(view));
  const grouped = new Set(view.fleet.groups.flatMap(({ services }) => services));
  const loud = rows.filter(({ standing }) => isLoud(standing));
  const groups = view.fleet.groups.map((group): NowCard => {
    const inGroup = new Set(group.services);
    const members = loud.filter(({ service }) => inGroup.has(service));
    return {
      kind: 'group',
      key: `group ${group.cause.kind} ${group.cause.name}`,
      place: placeOf(members),
      group,
      rows: members,
    };
  });
  const runs = view.runs
    .filter(({ run }) => isActive(run) || runMeaning(run).meaning === 'act')
    .map(
      (item): NowCard => ({
        kind: 'run',
        key: `run ${item.run.id}`,
        place: isActive(item.run) ? 'lastgood' : 'you',
        item,
      }),
    );
  const single = loud
    .filter(({ service }) => !grouped.has(service))
    .map((row): NowCard => ({ kind: 'row', key: `row ${row.deploymentId}`, place: row.standing.actor, row }));
  return {
    cards: [...groups, ...runs, ...single].sort(
      (a, b) => order[a.place] - order[b.place] || worstFirst(worstOf(a), worstOf(b)),
    ),
    calm: rows.filter(({ standing }) => !isLoud(standing)),
    over: view.runs.filter(({ run }) => !isActive(run) && runMeaning(run).meaning !== 'act'),
  };
}

/** By what a card stands among those of its section: what fires is worse than what cannot be seen, alone or together. */
function worstOf(card: NowCard): Pick<WatchRow['standing'], 'state'> {
  switch (card.kind) {
    case 'run':
      return { state: isActive(card.item.run) ? 'rolling_back' : 'stopped' };
    case 'row':
      return card.row.standing;
    case 'group': {
      const [worst] = card.rows.map(({ standing }) => standing).sort(worstFirst);
      const isOutage = card.group.cause.kind === 'cluster' || card.group.cause.kind === 'source';
      return worst ?? { state: isOutage ? 'unseen' : 'firing' };
    }
  }
}

/** Who acts next on a group is who acts next on its worst. Members that are not shown are taken for the worst. */
function placeOf(members: readonly WatchRow[]): Place {
  const places = members.map(({ standing }) => standing.actor);
  return places.sort((a, b) => order[a] - order[b])[0] ?? 'you';
}

/** Whether it has a card: somebody has to do something, Lastgood does, or somebody has taken note of what goes on. */
function isLoud({ actor, state }: WatchRow['standing']): boolean {
  return actor !== 'nobody' || state === 'acknowledged';
}

/** A deployment that is going back is shown as its run, as soon as that can no longer be undone. */
function isItsOwnCard({ runs }: NowView): (row: WatchRow) => boolean {
  const running = new Set(runs.filter(({ run }) => run.status === 'running').map(({ run }) => run.id));
  return ({ activeRunId }) => activeRunId === null || !running.has(activeRunId);
}
