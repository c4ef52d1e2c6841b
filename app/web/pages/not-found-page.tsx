import { NotFound } from '../layout/not-found.tsx';

export const NotFoundPage = () => <NotFound />;
