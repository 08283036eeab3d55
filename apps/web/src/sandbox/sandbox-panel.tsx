import type { SandboxView } from '@lastgood/api-client';
import { useSandboxDeploy, useSandboxView } from '@lastgood/api-client/queries';
import { Button, Select } from '@mantine/core';
import { IconBug, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { showProblem } from '../shell/problem-toast.tsx';
import classes from './sandbox-panel.module.css';

/** The built-in world: deploy a version that behaves, or one that fails in its own way, and watch what happens. */
export function SandboxPanel() {
  const { data } = useSandboxView();
  if (!data || data.services.length === 0) return null;
  return <Deploy services={data.services} />;
}

function Deploy({ services }: SandboxView) {
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
  return (
    <section className={classes.panel} aria-labelledby="sandbox-title">
      <header>
        <h2 id="sandbox-title">Try it</h2>
        <p className={classes.dim}>
          Deploy to the sandbox and see what Lastgood does. A failing version is taken back within two
          minutes.
        </p>
      </header>
      <Select
        label="Service"
        value={service.service}
        data={services.map((one) => ({ value: one.service, label: one.name }))}
        onChange={choose}
        allowDeselect={false}
      />
      <ul>
        {service.versions.map((version) => (
          <li key={version.tag} className={classes.version}>
            <div className={classes.words}>
              <strong>{version.tag}</strong> <span className={classes.dim}>{version.behaviour}</span>
              <p className={classes.dim}>{version.description}</p>
            </div>
            <Button
              variant="default"
              h="var(--tap)"
              disabled={service.running === version.tag}
              loading={deploy.isPending && deploy.variables?.data.tag === version.tag}
              leftSection={version.healthy ? <IconCheck size="1rem" /> : <IconBug size="1rem" />}
              onClick={() => deploy.mutate({ data: { service: service.service, tag: version.tag } })}
              aria-label={`Deploy ${version.healthy ? 'healthy' : 'failing'} version ${version.tag} of ${service.name}`}
            >
              {service.running === version.tag ? 'Running' : 'Deploy'}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
