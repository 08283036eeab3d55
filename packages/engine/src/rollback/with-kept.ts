import type { ConfigurationKeep, Configurations } from '@lastgood/domain';

/**
 * Setting configuration, with the sealed contents that it returns to brought along from where they are kept. What stands there
 * is kept before it is overwritten, whoever wrote it: nothing is lost that could be read.
 */
export function withKept(
  effect: Configurations['setConfig'],
  keep: ConfigurationKeep,
): Configurations['setConfig'] {
  return {
    async observe(step, operation, signal) {
      const observed = await effect.observe(step, operation, signal);
      if (observed.kind !== 'seen') return observed;
      return { kind: 'seen', seen: { ...observed.seen, kept: await keep.load(step.to.digest) } };
    },
    async apply(step, seen, operation, signal) {
      const { state, sealed } = seen;
      if (state.kind === 'there' && sealed !== undefined) await keep.keep([{ digest: state.digest, sealed }]);
      return effect.apply(step, seen, operation, signal);
    },
  };
}
