-- Who may authenticate, and how.

-- Applied by root at every change of the tree; running it again changes nothing.

-- Client certificates only, for everybody and from everywhere; a socket on the machine proves nothing.
SET CLUSTER SETTING server.host_based_authentication.configuration = '# TYPE DATABASE USER ADDRESS METHOD
host all root all cert
host all all all cert
local all all reject';
