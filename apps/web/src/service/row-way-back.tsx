import type { ServiceSummary } from '@lastgood/api-client';
import { ActionIcon, Popover } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { ServiceWayBack } from '../rollback/service-way-back.tsx';

/** The way back of a service from the list: asked for when it is opened, for a list is long. */
export function RowWayBack({ service: { name, current } }: { service: ServiceSummary }) {
  const [opened, setOpened] = useState(false);
  if (!current) return null;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={320}
      position="bottom-end"
      shadow="md"
      trapFocus
      withArrow
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="var(--tap)"
          aria-label={`Roll back ${name}`}
          onClick={() => setOpened(!opened)}
        >
          <IconArrowBackUp size="1.125rem" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>{opened && <ServiceWayBack serviceName={name} current={current} />}</Popover.Dropdown>
    </Popover>
  );
}
