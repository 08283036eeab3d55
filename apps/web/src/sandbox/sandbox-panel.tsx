import type { SandboxView } from '@lastgood/api-client';
import { useSandboxView } from '@lastgood/api-client/queries';
import classes from './sandbox-panel.module.css';
import { ShownWay } from './shown-way.tsx';

/** Often while it comes up, then seldom: what is not there after a minute may take its time. */
const lookEveryMs = 2_000;
const oftenLooks = 30;
const seldomEveryMs = 20_000;

/** Part of it is prepared while the rest is there already. */
function isComingUp({ shown }: SandboxView): boolean {
  return shown.some(({ waitsFor }) => waitsFor !== null);
}

/** The built-in world: deploy a version that behaves, or one that fails in its own way, and watch what happens. */
export function SandboxPanel() {
  const { data } = useSandboxView({
    query: {
      refetchInterval({ state: { data: seen, dataUpdateCount } }) {
        if (!seen || !isComingUp(seen)) return false;
        return dataUpdateCount < oftenLooks ? lookEveryMs : seldomEveryMs;
      },
    },
  });
  const shown =
    data?.shown.filter(
      ({ services, lacks, waitsFor }) => services.length > 0 || lacks !== null || waitsFor !== null,
    ) ?? [];
  if (shown.length === 0) return null;
  return (
    <section className={classes.panel} aria-labelledby="sandbox-title">
      <header>
        <h2 id="sandbox-title">Try it</h2>
        <p className={classes.dim}>
          Deploy to the sandbox and see what Lastgood does. A failing version is taken back within two
          minutes.
        </p>
      </header>
      <div>
        {shown.map((one, place) => (
          <ShownWay key={one.name} shown={one} isFirst={place === 0} />
        ))}
      </div>
    </section>
  );
}
