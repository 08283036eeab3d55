import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';

const next = { auto: 'light', light: 'dark', dark: 'auto' } satisfies Record<
  MantineColorScheme,
  MantineColorScheme
>;
const icons = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };

/** Light, dark, or as the system says. */
export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = icons[colorScheme];
  const label = `Colours: ${colorScheme}. Change to ${next[colorScheme]}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="var(--tap)"
        aria-label={label}
        onClick={() => setColorScheme(next[colorScheme])}
      >
        <Icon size="1.125rem" />
      </ActionIcon>
    </Tooltip>
  );
}
