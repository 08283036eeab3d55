import { Button, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import classes from './sign-run.module.css';
import { longestName, signature, useSignature } from './signature.ts';

/** In the frame: the name that acts are signed with, to be given or changed. */
export function NameButton() {
  const { name } = useSignature();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState('');
  const toggle = () => {
    setDraft(name ?? '');
    setOpened(!opened);
  };
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="top" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" size="compact-sm" mih="var(--tap)" onClick={toggle}>
          {name === null ? 'Not signed: give your name' : `Signing as ${name}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Your name">
        <form
          className={classes.sign}
          onSubmit={(event) => {
            event.preventDefault();
            signature.become(draft);
            setOpened(false);
          }}
        >
          <TextInput
            className={classes.name}
            label="Your name"
            description="Put to what you do from this browser, as not proven: there is no sign-in yet. A token's name leads."
            value={draft}
            onChange={(event) => setDraft(event.currentTarget.value)}
            maxLength={longestName}
            autoComplete="name"
            data-autofocus
          />
          <Button type="submit" h="var(--tap)">
            {draft.trim() === '' ? 'Do not sign' : 'Keep it'}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
