import type { StoreContext } from '../connection/store-context.ts';
import { loadTriggeredServices, type TriggeredService } from './past-deployments.ts';

/** What is kept of the alerts that one source told of. */
export interface KeptAlerts {
  source: string;
  /** Each time that an alert fired counts. */
  kept: number;
  /** Those of them that were not told as resolved. */
  open: number;
}

export interface AlertSourceRows {
  alerts: KeptAlerts[];
  /** The services that a trigger on alerts may watch, by key. */
  services: TriggeredService[];
}

/** What sources of alerts told, and whom that may concern. */
export async function loadAlertSources(context: StoreContext): Promise<AlertSourceRows> {
  const [alerts, found] = await Promise.all([
    context.sql<KeptAlerts>(keptText),
    context.sql<{ key: string }>(servicesText),
  ]);
  const keys = found.rows.map(({ key }) => key);
  return {
    alerts: alerts.rows,
    services: keys.length === 0 ? [] : await loadTriggeredServices(context, { services: keys }),
  };
}

const keptText = `
  select source, count(*) as kept, count(*) filter (where end_told_at is null) as open
  from alert_episodes group by source order by source`;

const onAlerts = `triggers @> '[{"kind":"alert"}]'`;

const servicesText = `
  select s.key from services s where s.deleted_at is null
    and (s.${onAlerts} or exists (select from trigger_sets t where t.name = any (s.trigger_sets) and t.${onAlerts}))`;
