import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { Suspense, useMemo, useRef, useState } from 'react';
import { Outlet, ScrollRestoration, useNavigate } from 'react-router';
import { NameButton } from '../access/name-button.tsx';
import { ConnectionNotice } from '../live/connection-notice.tsx';
import { useFallbackPolling } from '../live/fallback-polling.ts';
import { SpokenNews } from '../live/spoken-news.tsx';
import { ActBar } from '../rollback/press/act-bar.tsx';
import { Brand } from './brand.tsx';
import classes from './frame.module.css';
import { LivePill } from './live-pill.tsx';
import { Navigation } from './navigation.tsx';
import { PartLoading } from './part-note.tsx';
import { commandPalette, helpOverlay } from './parts.ts';
import { SandboxBadge } from './sandbox-badge.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { useKeys } from './use-keys.ts';
import { ZoneClock } from './zone-clock.tsx';

const { Part: CommandPalette } = commandPalette;
const { Part: HelpOverlay } = helpOverlay;

/** What is around every page: brand, navigation, search, the state of the line, the notices. */
export function Frame() {
  const [help, setHelp] = useState<boolean | null>(null);
  const [searches, setSearches] = useState(0);
  const search = () => setSearches((count) => count + 1);
  const navigate = useNavigate();
  const keys = useMemo(
    () => ({
      'g n': () => void navigate('/'),
      'g s': () => void navigate('/services'),
      'g h': () => void navigate('/history'),
      'g l': () => void navigate('/log'),
      'g t': () => void navigate('/status'),
      '?': () => setHelp(true),
      '/': () => setSearches((count) => count + 1),
    }),
    [navigate],
  );
  useKeys(keys);
  useHotkeys([['mod+K', search]], []);
  useFallbackPolling();
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Brand />
          <Navigation />
          <UnstyledButton className={classes.search} onClick={search}>
            <IconSearch size="1rem" aria-hidden />
            <span className={classes.searchWord}>Search</span>
            <Kbd size="xs" className={classes.searchKeys}>
              Ctrl K
            </Kbd>
          </UnstyledButton>
          <SandboxBadge />
          <LivePill />
          <div className={classes.tools}>
            <ThemeToggle />
            <Tooltip label="Keys and meanings (?)">
              <ActionIcon
                className={classes.help}
                variant="subtle"
                color="gray"
                size="var(--tap)"
                aria-label="Keys and meanings"
                onClick={() => setHelp(true)}
              >
                <IconKeyboard size="1.125rem" />
              </ActionIcon>
            </Tooltip>
          </div>
        </div>
      </header>
      <ConnectionNotice />
      <main id="main" ref={main} className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <footer className={classes.footer}>
        <ZoneClock />
        <NameButton />
        <a href="/api/docs">API</a>
      </footer>
      <ActBar />
      <SpokenNews />
      <div className={classes.parts}>
        <Suspense fallback={<PartLoading name="the help" />}>
          {help !== null && <HelpOverlay opened={help} onClose={() => setHelp(false)} />}
        </Suspense>
        <Suspense fallback={<PartLoading name="the search" />}>
          {searches > 0 && <CommandPalette request={searches} onHelp={() => setHelp(true)} />}
        </Suspense>
      </div>
      <ScrollRestoration />
    </>
  );
}
