import { imageInWords, registryImage } from '@lastgood/domain/workload/registry-image';
import { fakeImages } from '../../fakes/fake-template.ts';
import { objectOf } from '../object-of.ts';
import type { TakenEffect } from '../simulated-world.ts';
import { partsOf, plannedOf, type Rule, type Watched } from './rule.ts';

/**
 * What somebody else has set is left as it is, what somebody else owns is left to its owner, and no pod is told to run what its
 * registry does not have. What is said to be back serves: of a service that is done release 2 gets no traffic.
 */
export function strangers(watched: Watched): Rule {
  const { store, world, released } = watched;
  return {
    onEffectTaken({ step: sent, operation }) {
      const step = plannedOf(watched, operation) ?? sent;
      const object = objectOf(step);
      const said: string[] = [];
      if (object !== null && world.setByOthers.has(object) && !isPlannedUpon(step, object))
        said.push(`${operation} (${step.kind}) overwrote ${object}, as somebody else had set it`);
      return [...said, ...templateFaults({ step: sent, operation })];
    },
    onFact(fact) {
      if (fact.kind !== 'written') return [];
      const { run, members } = fact.commit;
      const row = store.world.runs.get(fact.runId);
      const own = row?.run.members;
      const done = own
        ? (members ?? []).flatMap(({ lane, status }) =>
            status === 'done' ? own.filter((one) => one.lane === lane) : [],
          )
        : run?.status === 'done' && row
          ? [row.run]
          : [];
      return done.flatMap(({ service }) => {
        const site = released.get(service)?.site;
        const isTheirs =
          site && [...world.setByOthers.keys()].some((object) => object.endsWith(`/${site.name}`));
        // Whoever leaves a wait out goes on before the target serves, and was told so.
        const isLeftOut = row?.steps.some(({ status }) => status === 'skipped');
        if (!site || isTheirs || isLeftOut || world.undosInAir.has(site.name)) return [];
        return world.servesBad.get(site.name)?.()
          ? [`${fact.runId} is done with ${service}, and release 2 still gets traffic`]
          : [];
      });
    },
  };

  /** The plan was made when it stood so already, and says so. */
  function isPlannedUpon(step: TakenEffect['step'], object: string): boolean {
    // That it analyses again as before is said of whatever stands there.
    if (step.kind === 'skip-analysis' && step.skip !== true) return true;
    const upon = 'before' in step ? step.before : 'from' in step ? step.from : undefined;
    return upon !== undefined && JSON.stringify(upon) === JSON.stringify(world.setByOthers.get(object));
  }

  function templateFaults({ step, operation }: Pick<TakenEffect, 'step' | 'operation'>): string[] {
    if (step.kind !== 'set-template') return [];
    const { owner } = world.rollout.cluster.at(step.workload);
    // Where the registry could not be asked the plan goes on and says so; a person may leave the copying out.
    const isCopied = store.world.runs
      .get(partsOf(operation).runId)
      ?.steps.some(({ planned, status }) => planned.step.kind === 'restore-image' && status === 'applied');
    const lost = Object.entries(fakeImages(step.template)).flatMap(([container, reference]) => {
      const image = registryImage(reference, step.imageDigests[container] ?? '');
      const kept = image && world.state.images[imageInWords(image)];
      return kept && kept.there < kept.total ? [reference] : [];
    });
    return [
      ...(isCopied ? lost : []).map(
        (image) => `${operation} told pods to run ${image}, which its registry has lost`,
      ),
      ...(owner.kind === 'git-controller'
        ? [`${operation} set ${step.workload.name}, which ${owner.name} takes from Git`]
        : []),
    ];
  }
}
