import { isForWorkloadOf, type RollbackTrigger, type Service, triggerKind } from '@lastgood/domain';
import type { QueryLint } from './declaration-faults.ts';
import { questionOf } from './declare-check.ts';
import type { DeclaredQuery, Trial } from './try-queries.ts';

const checkNames = 'check its metric and label names.';

/** Every query that triggers ask: their own and those of their companions. */
export function queriesOfTriggers(
  triggers: readonly RollbackTrigger[],
  { emptyWhenHealthy }: QueryLint,
): DeclaredQuery[] {
  return triggers.flatMap((trigger, index) => {
    const { name, minSamples } = trigger;
    const path = `/triggers/${index}`;
    const applies = ({ service }: Trial) => isForWorkloadOf(trigger, service);
    const own = triggerKind(trigger)
      .queries(trigger)
      .map(({ member, title, template, unit, range }) => ({
        path: `${path}/${member}`,
        name: title === '' ? name : `${name} (${title})`,
        ...{ template, unit, range },
        ifEmpty: emptyWhenHealthy(template) ? null : checkNames,
        applies,
      }));
    if (!minSamples) return own;
    const companion = {
      path: `${path}/minSamples/query`,
      name: `the companion query of ${name}`,
      template: minSamples.query,
      ifEmpty: `a breach cannot count meanwhile. For 0 instead of nothing add "or vector(0)"; else ${checkNames}`,
      applies,
    };
    return [...own, companion];
  });
}

/** Every query that the checks of a service ask. */
export function queriesOfChecks(service: Pick<Service, 'cluster' | 'namespace' | 'checks'>): DeclaredQuery[] {
  return service.checks.flatMap((check, index) => {
    const question = questionOf(check, service, {});
    if (!question) return [];
    return [
      {
        path: `/checks/${index}/query`,
        name: `check ${check.name}`,
        template: question.template,
        ifEmpty: `a verification would learn nothing from it; ${checkNames}`,
        applies: () => true,
      },
    ];
  });
}
