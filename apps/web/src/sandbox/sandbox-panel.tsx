import type { SandboxView } from '@lastgood/api-client';
import { useSandboxDeploy, useSandboxView } from '@lastgood/api-client/queries';
import { Select } from '@mantine/core';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { showProblem } from '../shell/problem-toast.tsx';
import { OfferedVersion } from './offered-version.tsx';
import classes from './sandbox-panel.module.css';

export type Shown = SandboxView['shown'][number];

const lookEveryMs = 2_000;

/** Part of it is prepared while the rest is there already. */
function isComingUp({ shown }: SandboxView): boolean {
  return shown.some(({ waitsFor }) => waitsFor !== null);
}

/** The built-in world: deploy a version that behaves, or one that fails in its own way, and watch what happens. */
export function SandboxPanel() {
  const { data } = useSandboxView({
    query: { refetchInterval: ({ state }) => (state.data && isComingUp(state.data) ? lookEveryMs : false) },
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
      {shown.map((one) => (
        <ShownWay key={one.name} shown={one} />
      ))}
    </section>
  );
}

/** One way back, with the releases that show it. */
function ShownWay({ shown }: { shown: Shown }) {
  const [chosen, choose] = useState<string | null>(null);
  const title = useId();
  const navigate = useNavigate();
  const deploy = useSandboxDeploy({
    mutation: {
      onError: showProblem,
      onSuccess: (deployment) => void navigate(`/deployments/${deployment.id}`),
    },
  });
  const service = shown.services.find((one) => one.service === chosen) ?? shown.services[0];
  return (
    <section className={classes.shown} aria-labelledby={title}>
      <h3 id={title}>{shown.title}</h3>
      <p className={classes.dim}>{shown.about}</p>
      {shown.lacks !== null && <p className={classes.dim}>Not on this machine: {shown.lacks}.</p>}
      {shown.waitsFor !== null && <p className={classes.dim}>Not yet: {shown.waitsFor}.</p>}
      {service && shown.services.length > 1 && (
        <Select
          label="Service"
          value={service.service}
          data={shown.services.map((one) => ({ value: one.service, label: one.name }))}
          onChange={choose}
          allowDeselect={false}
        />
      )}
      {service && (
        <ul>
          {service.versions.map((version) => (
            <OfferedVersion
              key={version.tag}
              name={service.name}
              version={version}
              isRunning={service.running === version.tag}
              isStarting={deploy.isPending && deploy.variables?.data.tag === version.tag}
              onDeploy={() =>
                deploy.mutate({ data: { service: service.service, tag: version.tag, shows: shown.name } })
              }
            />
          ))}
        </ul>
      )}
    </section>
  );
}
