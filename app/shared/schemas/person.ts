import { type Static, Type } from 'typebox';
import { Count, Fields, Id, Line, Moment, OneOf, OrNull, Text, Version } from './common.ts';

export const Email = Type.String({
  format: 'email',
  minLength: 3,
  maxLength: 254,
  // No control characters, spaces, quotes or brackets: nothing that a letter's head could read as more than one address.
  pattern: '^[^\\s"<>(),:;\\[\\]\\\\@]+@[^\\s"<>(),:;\\[\\]\\\\@]+$',
  examples: ['ines.benali@exemple.fr'],
});
const PASSWORD_LENGTH = { min: 10, max: 200 };
export const Password = Type.String({
  minLength: PASSWORD_LENGTH.min,
  maxLength: PASSWORD_LENGTH.max,
  examples: ['quatre chiens bleus 42'],
});
/** A password that is compared, not chosen: of any length that somebody may have. */
export const KnownPassword = Type.String({
  minLength: 1,
  maxLength: PASSWORD_LENGTH.max,
  examples: ['quatre chiens bleus'],
});
const NAME = { examples: ['Inès Benali'] };
const ABOUT = { examples: ['Enseigne les mathématiques à Strasbourg.'] };
const PersonName = Line(100, NAME);
const PersonLanguage = OneOf('fr', 'en');

/** One's own account. */
export const Me = Fields(
  {
    id: Id,
    email: Email,
    name: Type.String(NAME),
    about: Type.String(ABOUT),
    role: OneOf('student', 'teacher', 'administrator'),
    language: PersonLanguage,
    createdAt: Moment,
    waitsToTeach: Type.Boolean({ description: 'Whether an administrator has still to confirm that I teach' }),
    eraseAt: { ...OrNull(Moment), description: 'When the account goes, where that was asked for' },
    version: Version,
  },
  { $id: 'Me' },
);
export type Me = Static<typeof Me>;

export const MeChange = Type.Partial(
  Fields({ name: PersonName, about: Text(2000, ABOUT), language: PersonLanguage }),
  {
    minProperties: 1,
    additionalProperties: false,
  },
);

export const SignUp = Fields({
  email: Email,
  name: PersonName,
  role: OneOf('student', 'teacher'),
  password: Password,
  language: Type.Optional(PersonLanguage),
  guardianEmail: Type.Optional(
    Type.String({
      ...Email,
      description: 'Of a parent, from those under 15: the account waits for their consent',
      examples: ['nadia.benali@exemple.fr'],
    }),
  ),
});

export const Token = Type.String({
  pattern: '^[\\w-]{43}$',
  description: 'From the letter',
  examples: ['n0s6Yk2vEr1mB7tQxL4dWzJ9aHcFgPu3iKoV8eNbM5R'],
});

/** A code as somebody types it: six digits of an app, or a recovery code, with or without gaps. */
export const Code = Type.String({
  pattern: '^[ \\t]*[0-9A-Za-z](?:[ \\t-]*[0-9A-Za-z]){5,15}[ \\t]*$',
  maxLength: 60,
  description: 'Six digits of the app, or a recovery code',
  examples: ['492 039'],
});

/** Whether somebody is asked for more than a password. */
export const SecondFactor = Fields(
  {
    available: Type.Boolean({ description: 'Whether this platform can ask for codes' }),
    on: Type.Boolean({ description: 'Whether a code is asked for beside the password' }),
    recoveryCodesLeft: Count({ examples: [10] }),
  },
  { $id: 'SecondFactor' },
);
/** What an app on a telephone is given. */
export const SecondFactorOffer = Fields(
  {
    secret: Type.String({
      description: 'To type, in Base32',
      examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
    }),
    uri: Type.String({
      description: 'To photograph, as a QR code',
      examples: [
        'otpauth://totp/fredu:ines.benali%40exemple.fr?issuer=fredu&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      ],
    }),
  },
  { $id: 'SecondFactorOffer' },
);
/** For a lost telephone, each good once; shown this one time. */
export const RecoveryCodes = Fields(
  { recoveryCodes: Type.Array(Type.String({ examples: ['7f3k-9q2m-x4tn-0hvc'] })) },
  { $id: 'RecoveryCodes' },
);

/** A browser that is signed in. */
export const Session = Fields(
  {
    id: Id,
    current: Type.Boolean({ description: 'Whether it is the one that asks' }),
    address: Type.String({ examples: ['2001:db8::7'] }),
    agent: Type.String({ examples: ['Firefox sur Linux'] }),
    createdAt: Moment,
    usedAt: Moment,
  },
  { $id: 'Session' },
);
export const Sessions = Fields({ items: Type.Array(Session) });

/** Who is signed in, as every page asks. */
export const Current = Fields(
  {
    person: OrNull(
      Fields({
        id: Id,
        name: Type.String(NAME),
        role: OneOf('student', 'teacher', 'administrator'),
        language: PersonLanguage,
      }),
    ),
  },
  { $id: 'Current' },
);
export type Current = Static<typeof Current>;
