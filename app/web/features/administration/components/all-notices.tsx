import { type FormEvent, useId, useRef } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { Refusals, useRefusal } from '#web/layout/refusal.tsx';
import { useAllNotices, useMakeNotice, useRemoveNotice } from '../api/administration.ts';
import { moment } from '../words.ts';

/** What every page tells everybody for a while. */
export function AllNotices() {
  const { data } = useAllNotices();
  const making = useMakeNotice();
  const removing = useRemoveNotice();
  const form = useRef<HTMLFormElement>(null);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const text = (name: string) => String(said.get(name) ?? '');
    const at = (name: string) => new Date(text(name)).toISOString();
    making.mutate(
      {
        textFr: text('textFr'),
        textEn: text('textEn'),
        ...(text('startsAt') ? { startsAt: at('startsAt') } : {}),
        endsAt: at('endsAt'),
      },
      { onSuccess: () => form.current?.reset() },
    );
  };
  return (
    <>
      <form className="teaching-form" ref={form} onSubmit={send}>
        <Refusals error={making.error}>
          <Field name="textFr" label="Annonce en français" />
          <Field name="textEn" label="La même en anglais" />
          <Field name="startsAt" label="Montrée à partir de (vide : maintenant)" type="datetime-local" />
          <Field name="endsAt" label="Jusqu’à" type="datetime-local" isRequired />
          <button type="submit" disabled={making.isPending}>
            Annoncer
          </button>
          <p role="status">{making.isSuccess ? 'Toutes les pages la montrent au moment dit.' : ''}</p>
          {making.error && <Failure error={making.error} />}
        </Refusals>
      </form>
      {removing.error && <Failure error={removing.error} />}
      <ul className="admin-list">
        {(data?.items ?? []).map(({ id, textFr, startsAt, endsAt }) => (
          <li key={id}>
            <p className="admin-name">{textFr}</p>
            <p className="quiet">
              du {moment(startsAt)} au {moment(endsAt)}
            </p>
            <div className="admin-doors">
              <button
                type="button"
                className="plain-button"
                aria-label={`Ne plus montrer « ${textFr} »`}
                disabled={removing.isPending}
                onClick={() => removing.mutate(id)}
              >
                Ne plus montrer
              </button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Field({
  name,
  label,
  type,
  isRequired = type === undefined,
}: {
  name: string;
  label: string;
  type?: 'datetime-local';
  isRequired?: boolean;
}) {
  const id = useId();
  const { said, words } = useRefusal(name);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {type ? (
        <input id={id} name={name} type={type} required={isRequired} {...said} />
      ) : (
        <textarea id={id} name={name} rows={2} maxLength={500} required={isRequired} {...said} />
      )}
      {words}
    </>
  );
}
