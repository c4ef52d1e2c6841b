import { useEffect, useId, useState } from 'react';
import { chooseTheme, THEMES, type Theme, theme } from './theme.ts';

/** Light, dark, or as the device is. */
export function ThemeSwitch() {
  const id = useId();
  // What was chosen is known to the browser alone.
  const [now, setNow] = useState<Theme>('system');
  useEffect(() => setNow(theme()), []);
  return (
    <p className="theme-switch">
      <label htmlFor={id}>Apparence</label>
      <select
        id={id}
        value={now}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value as Theme;
          setNow(chosen);
          chooseTheme(chosen);
        }}
      >
        {Object.entries(THEMES).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </p>
  );
}
