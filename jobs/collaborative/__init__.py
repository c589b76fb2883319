"""Listeners like you: a collaborative filtering model, fitted without a training loop, and its proposals.

With R the listeners x items matrix of 0 and 1, D_u and D_i the listeners' and items' degrees:

    N = D_u^-a R D_i^-1/2 / sigma_1,  P = N' N,  q(P) = sum over j = 0..order of (-T P)^j / j!
    score(u) = [ r_u P q(P) + w r_u D_i^-1/2 V V' D_i^1/2 q(P) ] D_i^e

V holds the leading right singular vectors of N, sigma_1 is the largest singular value of D_u^-a R D_i^-1/2. The first
term is a linear low-pass filter over the graph of listeners and items, sharpened by q; the second one is its ideal
version. A listener is represented by their row r_u only, so new listeners are scored without fitting again. For
listeners of this lake r_u holds weights instead of 1, see jobs/silver/candidate_collaborative.py.

The filter: GF-CF (Shen et al., CIKM 2021); the sharpening: BSPM (Choi et al., SIGIR 2023); low rank: Halko et al. 2011.
"""
