import { useSystemStatus } from '@lastgood/api-client/queries';
import { Tooltip } from '@mantine/core';
import classes from './sandbox-badge.module.css';

/** Says that the world on screen is the built-in one. */
export function SandboxBadge() {
  const { data } = useSystemStatus();
  if (!data?.sandbox) return null;
  return (
    <Tooltip label="A built-in cluster with sample services and fast triggers. Nothing outside this machine is touched.">
      <span className={classes.badge}>Sandbox</span>
    </Tooltip>
  );
}
