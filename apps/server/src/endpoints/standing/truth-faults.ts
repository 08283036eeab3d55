import type { StandingRow } from '@lastgood/store/views/view-rows';
import type { DeploymentView } from '../deployments/deployment-schema.ts';
import type { NowView } from '../now/now-schema.ts';
import type { ServiceSummary } from '../services/service-view-schema.ts';
import { aJudging } from './judging-harness.ts';
import type { Standing } from './standing-schema.ts';
import { advance, type TruthWorld } from './truth-worlds-harness.ts';

const calm: ReadonlySet<string> = new Set(['quiet', 'watched', 'recorded']);

/** Everything that is said of a fleet, place by place. */
export interface Said {
  now: NowView;
  summaries: ServiceSummary[];
  deployments: DeploymentView[];
}

const { intervalMs, standingMs } = aJudging;
/** Slots of its pace within which a service must have been read to be called quiet. */
const inTime = 4;

/** What of it is not true, or not the same in two places; judged without the functions that say it. */
export function faultsIn(said: Said, world: TruthWorld): string[] {
  const { fleet, attention, watched } = said.now;
  const rows = new Map(world.rows.map((row) => [row.service.key, row]));
  const shown = [...attention, ...watched];
  const words = new Map(said.summaries.map(({ key, standing }) => [key, JSON.stringify(standing)]));
  const faults: string[] = [];
  const fault = (is: boolean, text: string) => void (is && faults.push(text));
  for (const { service, standing } of shown)
    fault(words.get(service) !== JSON.stringify(standing), `Now disagrees about ${service}`);
  for (const { deployment, standing } of said.deployments)
    fault(
      words.get(deployment.service) !== JSON.stringify(standing),
      `Deployment disagrees about ${deployment.service}`,
    );
  for (const { key, standing } of said.summaries) {
    const row = rows.get(key);
    fault(
      standing.state === 'quiet' && (!row || !isReadInTime(row, world)),
      `${key} is quiet and was not read in time`,
    );
    // What is under watch was read in time, too: calm, and not yet quiet.
    fault(standing.meaning === 'quiet' && !calm.has(standing.state), `${key} looks quiet`);
    fault(
      row !== undefined && !isFirstAct(standing, row, world),
      `the countdown of ${key} is not what comes first`,
    );
    fault(
      standing.state === 'stopped' && row !== undefined && !saysWhatServes(standing, row),
      `a rollback of ${key} stopped, and what is read there is not said`,
    );
    fault(
      standing.actor === 'you' && standing.lead === '',
      `a person is called for ${key} without a reason in words`,
    );
    fault(
      standing.actor === 'you' && standing.state === 'pending' && standing.next === null,
      `it is not said why ${key}, which does not fire, needs a person`,
    );
    fault(
      standing.actor === 'nobody' && needsPerson(standing),
      `nobody acts on ${key}, which needs somebody`,
    );
  }
  const tally = Map.groupBy(said.summaries, ({ standing }) => standing.state);
  const counted = fleet.counts.reduce((sum, { count }) => sum + count, 0);
  fault(counted !== world.rows.length, 'not every service is counted once');
  for (const { state, count } of fleet.counts)
    fault((tally.get(state)?.length ?? 0) !== count, `${state} is miscounted`);
  const acting = Map.groupBy(said.summaries, ({ standing }) => standing.actor);
  for (const { actor, count } of fleet.actors)
    fault((acting.get(actor)?.length ?? 0) !== count, `${actor} is miscounted`);
  const rank = { you: 0, lastgood: 1, nobody: 2 };
  const order = attention.map(({ standing }) => rank[standing.actor]);
  fault(
    order.some((one, at) => one < (order[at - 1] ?? 0)),
    'work in hand stands above what nobody handles',
  );
  fault(acting.has('you') !== fleet.title.startsWith('You:'), 'the title does not begin with who is needed');
  const grouped = fleet.groups.flatMap(({ services }) => services);
  fault(new Set(grouped).size !== grouped.length, 'a service is in two groups');
  fault(
    grouped.some((key) => tally.get('quiet')?.some((one) => one.key === key)),
    'a quiet service is in a group',
  );
  return faults;
}

function needsPerson({ state }: Standing): boolean {
  return ['stopped', 'firing', 'failed', 'unseen', 'gone'].includes(state);
}

function acts({ trigger }: StandingRow['triggers'][number]): boolean {
  return trigger.severity !== 'log_only' && !trigger.shadow;
}

/** Why what serves says nothing, in the words that there are for it. */
const silences =
  /^(timed out|could not ask: |nothing watches it: |what its rollback brings is not read |none of its \d+ triggers answers anything$)/;

/** A breach by its name; else a trigger by its name or why none is named. That it is not read yet only of what never said anything. */
function saysWhatServes({ lead }: Standing, { triggers, release }: StandingRow): boolean {
  if (release?.status === 'rolled_back') return true;
  const [, said = ''] = lead.split('needs a person; ');
  const acting = triggers.filter(acts);
  const breaching = acting.filter(({ state }) => state?.phase === 'firing' || state?.phase === 'pending');
  const isNamed = ({ trigger }: (typeof triggers)[number]) => said.includes(`${trigger.name} `);
  if (breaching.length > 0) return breaching.some(isNamed);
  const telling = acting.length > 0 ? acting : triggers;
  if (said === 'what serves is not read yet')
    return telling.length > 0 && telling.every(({ state }) => state?.lastJudgedSlot == null);
  return telling.some(isNamed) || silences.test(said);
}

function isReadInTime({ release, triggers, service }: StandingRow, { now, board }: TruthWorld): boolean {
  if (!release || board.outagesOf(service.key).length > 0) return false;
  if (board.seenNow(service.key).followed?.kind !== 'seen' && board.seenNow(service.key).followed)
    return false;
  const deciding = triggers.filter(acts);
  const read = deciding.length > 0 ? deciding : triggers;
  const oldest = now - inTime * (release.watchClosedAt === null ? intervalMs : standingMs);
  const hasSaid = read.some(({ state }) => (state?.lastJudgedSlot ?? 0) >= oldest);
  return (
    hasSaid &&
    read.every(({ state }) => (state?.lastSlot ?? 0) >= oldest && state?.troubleSince === null) &&
    triggers.every(({ state }) => state?.phase !== 'firing' && state?.phase !== 'pending')
  );
}

/** Of a pending service: its instant is that of the first of its triggers to fire, if every answer stays as it is. */
function isFirstAct({ state, next }: Standing, { triggers }: StandingRow, { now }: TruthWorld): boolean {
  if (state !== 'pending' || !next || next.at === null) return true;
  const last = Math.max(...triggers.map(({ state: read }) => read?.lastSlot ?? 0));
  const first = Math.max(last + intervalMs, Math.floor(now / intervalMs) * intervalMs);
  const fires = triggers.filter(acts).flatMap(({ trigger, state: before }) => {
    if (before?.phase !== 'pending' || before.lastJudgedSlot !== before.lastSlot) return [];
    let current = before;
    for (let slot = first; ; slot += intervalMs) {
      current = advance(trigger, current, before.reading ?? { kind: 'no-data' }, slot);
      if (current.phase === 'firing') return [slot];
    }
  });
  return Date.parse(next.at) === Math.min(...fires);
}
