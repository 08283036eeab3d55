import { declaredKind, type ReviewedSource, type Rollout } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import type { CheckInput } from './check-schema.ts';
import { queriesOfChecks, queriesOfTriggers } from './declared-queries.ts';
import { inTurns } from './in-turns.ts';
import { inspectQueries } from './inspect-queries.ts';
import { knownVariables } from './known-variables.ts';
import { type DeclaredFinding, reviewHolds, reviewTriggers } from './review-triggers.ts';
import type { TriggerInput } from './trigger-input-schema.ts';
import { type DeclaredQuery, findByTrying, type Trial } from './try-queries.ts';

interface ReviewDependencies {
  metrics: ReviewedSource;
  ports: { rollout: Pick<Rollout, 'clusters'> };
  settings: { clusterDeadlineMs: number; judging: { intervalMs: number } };
}

interface Declared {
  triggers: readonly TriggerInput[];
  checks?: readonly CheckInput[];
  trials: readonly Trial[];
  at: number;
}

/** Everything that can be found of triggers and checks: by their form, by what the source has, and by asking once. */
export async function reviewDeclared(
  deps: ReviewDependencies,
  declared: Declared,
): Promise<DeclaredFinding[]> {
  const { metrics, ports, settings } = deps;
  const { triggers, checks = [], trials, at } = declared;
  const ofChecks = queriesOf(checks, trials);
  const form = [
    ...(await reviewTriggers(triggers, metrics)),
    ...(await reviewChecks(ofChecks, metrics)),
    ...reviewHolds(triggers, settings.judging.intervalMs),
  ];
  const isWrong = new Set(form.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  const all = [...queriesOfTriggers(triggers.map(acceptDeclared), metrics), ...ofChecks];
  // What cannot be read is not asked; what is empty while all is well can be.
  const queries = all.filter(
    ({ path, template }) => !isWrong.has(path) || metrics.lint(template, knownVariables).length === 0,
  );
  const signal = AbortSignal.timeout(settings.clusterDeadlineMs);
  const asked = { queries, trials, clusters: ports.rollout.clusters(), at, signal };
  const [tried, inspected] = await Promise.all([
    findByTrying(metrics, asked),
    inspectQueries(metrics, asked),
  ]);
  return distinct([
    ...form,
    ...inspected.map(({ query: { path }, finding }) => ({ ...finding, path })),
    ...tried.map(
      ({ path, code, severity, words }): DeclaredFinding => ({
        ...{ path, code, severity, place: null, fix: null },
        message: `It ${words}`,
      }),
    ),
  ]);
}

/** A query answers nothing because its metric is not there: that is one thing. */
function distinct(findings: readonly DeclaredFinding[]): DeclaredFinding[] {
  const isExplained = (path: string) =>
    findings.some(
      (one) => one.path === path && one.code.startsWith('unknown-') && one.code !== 'unknown-scrape-interval',
    );
  return findings.filter(({ code, path }) => code !== 'no-answer' || !isExplained(path));
}

function queriesOf(checks: readonly CheckInput[], [trial]: readonly Trial[]): DeclaredQuery[] {
  const [cluster, namespace] = [trial?.service.cluster ?? '', trial?.service.namespace ?? ''];
  // A workload is nothing that a query asks.
  const workloads = trial?.service.workloads ?? [{ kind: 'Deployment', name: 'unknown' }];
  const accepted = checks.map((check) => declaredKind(check.type).accept(check, workloads));
  return queriesOfChecks({ cluster, namespace, checks: accepted });
}

/** Of a check, silence is no verdict: it is told, and refuses nothing. */
function reviewChecks(
  queries: readonly DeclaredQuery[],
  { review }: ReviewedSource,
): Promise<DeclaredFinding[]> {
  return inTurns(queries, ({ path, template }) =>
    review(template, knownVariables).map((finding) => ({
      ...finding,
      // The threshold of a check is its comparator and what it expects.
      fix: finding.code === 'empty-when-healthy' ? null : finding.fix,
      path,
    })),
  );
}
