import { Button, createTheme, Notification, Tooltip } from '@mantine/core';

/** 14/20 body, a 4 px grid, three weights (400, 550, 650), one accent. Meanings have their own variables in tokens.css. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 7,
  colors: {
    // Mantine's dark greys are neutral; these lean to the blue of the accent like the rest of the dark scheme.
    dark: [
      '#e7eaef',
      '#c3cad6',
      '#9aa5b5',
      '#7c889a',
      '#3a4453',
      '#2b3340',
      '#1a2029',
      '#141920',
      '#0f1319',
      '#0b0e13',
    ],
  },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.3333', sm: '1.4', md: '1.4286', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 250,
        withArrow: true,
        multiline: true,
        maw: 360,
        events: { hover: true, focus: true, touch: true },
      },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } }),
    Button: Button.extend({ defaultProps: { fw: 550 } }),
  },
});
