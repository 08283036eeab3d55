import type { Rule, Watched } from './rule.ts';

/** A service has one active run at the most, at any moment. */
export function activeRuns({ store }: Watched): Rule {
  return {
    atEveryMoment() {
      const holder = new Map<string, string>();
      const said: string[] = [];
      for (const { run } of store.world.runs.values()) {
        if (run.status !== 'queued' && run.status !== 'running') continue;
        // A member that has ended holds its service no longer, though its run goes on.
        const open = run.members?.filter(({ status }) => status === 'queued' || status === 'running') ?? [
          run,
        ];
        for (const { service } of open) {
          const other = holder.get(service);
          if (other !== undefined) said.push(`${other} and ${run.id} roll ${service} back at once`);
          holder.set(service, run.id);
        }
      }
      return said;
    },
  };
}
