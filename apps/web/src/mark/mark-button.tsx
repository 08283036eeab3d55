import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { MarkForm } from './mark-form.tsx';

interface MarkButtonProps {
  deploymentId: string;
  /** Version and service. */
  name: string;
  /** After a mark was put or taken back. */
  onMarked?: () => void;
}

/** Where a person says what a deployment was, and takes that back. */
export function MarkButton({ deploymentId, name, onMarked }: MarkButtonProps) {
  const [opened, setOpened] = useState(false);
  const done = () => {
    setOpened(false);
    onMarked?.();
  };
  return (
    <Popover opened={opened} onChange={setOpened} width={320} shadow="md" trapFocus returnFocus withArrow>
      <Popover.Target>
        <Button
          variant="default"
          h="var(--tap)"
          aria-label={`Mark ${name} bad or good`}
          onClick={() => setOpened(!opened)}
        >
          Mark
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Mark ${name}`}>
        <MarkForm deploymentId={deploymentId} name={name} onDone={done} />
      </Popover.Dropdown>
    </Popover>
  );
}
