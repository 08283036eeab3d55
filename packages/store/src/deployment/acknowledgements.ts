import {
  type Acknowledgement,
  acknowledgedInWords,
  type Deployment,
  type EndedAcknowledgement,
  eventAbout,
  evidenceOf,
  firingBreaches,
  type NewEvent,
  type Notification,
  type TriggerFact,
  takenBackInWords,
  takenOn,
  triggerFact,
} from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { loadEffectiveTriggers, withStates } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';
import { isNewest } from '../write/newest.ts';
import { tell } from '../write/tell.ts';
import { insertEvents } from '../write/write-audit.ts';

/** What becomes of the wish to acknowledge what fires of a deployment. */
export type AcknowledgeResult =
  | { kind: 'acknowledged'; acknowledgement: Acknowledgement }
  | { kind: 'not-found' }
  /** A newer deployment of its service is there. */
  | { kind: 'replaced' }
  | { kind: 'nothing-fires' };

export interface Acknowledgements {
  /** In place of the one before. It speaks of what fires now. */
  put(
    deploymentId: string,
    given: Pick<Acknowledgement, 'by' | 'note' | 'at' | 'until'>,
  ): Promise<AcknowledgeResult>;
  /** The next slot says what comes of it. False when there is none. */
  takeBack(deploymentId: string, by: string, at: number): Promise<boolean>;
}

export function createAcknowledgements(context: StoreContext): Acknowledgements {
  return {
    async put(deploymentId, given) {
      const found = await loadFiring(context, deploymentId);
      if (typeof found === 'string') return { kind: found };
      const { breaches, service, deployment, fired } = found;
      if (breaches.length === 0) return { kind: 'nothing-fires' };
      const acknowledgement = { ...given, breaches };
      await inTransaction(context.pool, async (sql) => {
        await sql(
          `insert into acknowledgements (deployment_id, by, note, at, until, breaches) values ($1, $2, $3, $4, $5, $6)
           on conflict (deployment_id) do update set by = excluded.by, note = excluded.note, at = excluded.at,
             until = excluded.until, breaches = excluded.breaches, taken_back_by = null`,
          [
            ...[deploymentId, given.by, given.note, instant(given.at), instant(given.until)],
            toJson(breaches),
          ],
        );
        await insertEvents(sql, [acknowledged(deployment, acknowledgement)]);
        await tell(context, sql, [takenOn(deployment, service, acknowledgement, fired)]);
      });
      context.tellReplicas(['events', 'outbox']);
      return { kind: 'acknowledged', acknowledgement };
    },
    async takeBack(deploymentId, by, at) {
      const event = await inTransaction(context.pool, async (sql) => {
        const takenBack = await sql<Subject>(
          `update acknowledgements a set taken_back_by = $2 from deployments d
           where a.deployment_id = $1 and d.id = $1 and a.taken_back_by is null returning d.service_key as service, d.release, d.version, d.origin`,
          [deploymentId, by],
        );
        const [row] = takenBack.rows;
        if (!row) return null;
        const { service, ...named } = row;
        const text = takenBackInWords(named, by);
        const type = 'deployment.acknowledgement-ended';
        const ended = eventAbout({ type, at, service, deploymentId, text, data: { by, end: 'taken-back' } });
        await insertEvents(sql, [ended]);
        return ended;
      });
      if (event) context.tellReplicas(['events']);
      return event !== null;
    },
  };
}

/** Ends those that are still as they were when the slot was judged; returns what is told of these. */
export async function endAcknowledgements(
  sql: Sql,
  ended: readonly EndedAcknowledgement[],
): Promise<{ events: NewEvent[]; notifications: Notification[] }> {
  if (ended.length === 0) return { events: [], notifications: [] };
  const deleted = await sql<{ id: string }>(
    `delete from acknowledgements a using unnest($1::text[], $2::timestamptz[]) as given(id, at)
     where a.deployment_id = given.id and a.at = given.at returning a.deployment_id as id`,
    [ended.map(({ deploymentId }) => deploymentId), ended.map(({ at }) => instant(at))],
  );
  const ids = new Set(deleted.rows.map(({ id }) => id));
  const over = ended.filter(({ deploymentId }) => ids.has(deploymentId));
  return {
    events: over.flatMap(({ event }) => event ?? []),
    notifications: over.flatMap(({ notifications }) => notifications ?? []),
  };
}

async function loadFiring(context: StoreContext, id: string) {
  const row = await context.prisma.deployment.findUnique({
    where: { id },
    include: { service: true, triggerStates: true },
  });
  if (!row) return 'not-found';
  const newest = await context.sql(`select from deployments d where d.id = $1 and ${isNewest('d')}`, [id]);
  if (newest.rows.length === 0) return 'replaced';
  const service = toService(row.service);
  const [triggersOf, statesOf] = await Promise.all([
    loadEffectiveTriggers(context.prisma, [row.service]),
    loadTriggerStates(context, row.triggerStates),
  ]);
  const deployment = toDeployment({ ...row, changes: [] });
  const triggers = withStates(triggersOf(service), statesOf(id), deployment);
  const breaches = firingBreaches(triggers);
  return { service, deployment, breaches, fired: factOf(triggers, breaches) };
}

/** How the first of what fires stands. */
function factOf(
  triggers: ReturnType<typeof withStates>,
  [first]: Acknowledgement['breaches'],
): TriggerFact | null {
  const one = triggers.find(({ trigger }) => trigger.name === first?.trigger);
  if (!one?.state) return null;
  return triggerFact(evidenceOf({ trigger: one.trigger, state: one.state }), one.state.since);
}

/** The deployment that an acknowledgement is about. */
type Subject = Pick<Deployment, 'service' | 'release' | 'version' | 'origin'>;

function acknowledged(
  { service, id: deploymentId, ...named }: Subject & { id: string },
  acknowledgement: Acknowledgement,
): NewEvent {
  const { by, note, at, until, breaches } = acknowledgement;
  return eventAbout({
    type: 'deployment.acknowledged',
    at,
    service,
    deploymentId,
    text: acknowledgedInWords(named, acknowledgement),
    data: {
      by,
      note,
      until: new Date(until).toISOString(),
      triggers: breaches.map(({ trigger }) => trigger),
    },
  });
}
