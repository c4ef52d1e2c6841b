-- Where replicas and leases rest.

-- Applied by root at every change of the tree; running it again changes nothing.

-- Everything without a zone of its own: new databases, time series.
ALTER RANGE default CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';

-- The ranges that find all others, say which nodes live, and number them: without these nothing else is
-- reachable, and they do not follow the default.
ALTER RANGE meta CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';
ALTER RANGE liveness CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';
ALTER RANGE system CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';
ALTER DATABASE system CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';

-- The data of the app.
ALTER DATABASE fredu CONFIGURE ZONE USING
  num_replicas = 5,
  constraints = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}',
  lease_preferences = '[[+region=sxb], [+region=dc]]';
