import type { SandboxView } from '@lastgood/api-client';
import { useSandboxDeploy } from '@lastgood/api-client/queries';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { showProblem } from '../shell/problem-toast.tsx';
import { OfferedVersion } from './offered-version.tsx';
import classes from './sandbox-panel.module.css';

interface ShownWayProps {
  shown: SandboxView['shown'][number];
  /** The first is open. */
  isFirst: boolean;
}

/** One way back, with the releases that show it; of several one is open at a time. */
export function ShownWay({ shown, isFirst }: ShownWayProps) {
  const { title, about, lacks, waitsFor, services } = shown;
  return (
    <details className={classes.shown} name="try-it" open={isFirst}>
      <summary>
        <h3>{title}</h3>
        {lacks !== null && <span className={classes.dim}>{lacks}</span>}
      </summary>
      <p className={classes.dim}>{about}</p>
      {waitsFor !== null && <p className={classes.dim}>Not yet: {waitsFor}.</p>}
      {lacks === null ? (
        <Releases shows={shown.name} services={services} />
      ) : (
        <p className={classes.dim}>It cannot be tried on this machine: it {lacks}.</p>
      )}
    </details>
  );
}

function Releases({ shows, services }: { shows: string; services: ShownWayProps['shown']['services'] }) {
  const [chosen, choose] = useState<string | null>(null);
  const navigate = useNavigate();
  const deploy = useSandboxDeploy({
    mutation: {
      onError: showProblem,
      onSuccess: (deployment) => void navigate(`/deployments/${deployment.id}`),
    },
  });
  const service = services.find((one) => one.service === chosen) ?? services[0];
  if (!service) return null;
  const { service: key, name, running } = service;
  return (
    <>
      {services.length > 1 && (
        <Select
          label="Service"
          value={key}
          data={services.map((one) => ({ value: one.service, label: one.name }))}
          onChange={choose}
          allowDeselect={false}
        />
      )}
      <ul>
        {service.versions.map((version) => (
          <OfferedVersion
            key={version.tag}
            name={name}
            version={version}
            isRunning={running === version.tag}
            isStarting={deploy.isPending && deploy.variables?.data.tag === version.tag}
            onDeploy={() => deploy.mutate({ data: { service: key, tag: version.tag, shows } })}
          />
        ))}
      </ul>
    </>
  );
}
