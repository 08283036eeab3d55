import type { SandboxView } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { IconBug, IconCheck } from '@tabler/icons-react';
import classes from './sandbox-panel.module.css';

interface OfferedVersionProps {
  /** Of the service. */
  name: string;
  version: SandboxView['shown'][number]['services'][number]['versions'][number];
  isRunning: boolean;
  isStarting: boolean;
  onDeploy(): void;
}

export function OfferedVersion({ name, version, isRunning, isStarting, onDeploy }: OfferedVersionProps) {
  return (
    <li className={classes.version}>
      <div className={classes.words}>
        <strong>{version.tag}</strong> <span className={classes.dim}>{version.behaviour}</span>
        <p className={classes.dim}>{version.description}</p>
      </div>
      <Button
        variant="default"
        h="var(--tap)"
        disabled={isRunning}
        loading={isStarting}
        leftSection={version.healthy ? <IconCheck size="1rem" /> : <IconBug size="1rem" />}
        onClick={onDeploy}
        aria-label={`Deploy ${version.healthy ? 'healthy' : 'failing'} version ${version.tag} of ${name}`}
      >
        {isRunning ? 'Running' : 'Deploy'}
      </Button>
    </li>
  );
}
